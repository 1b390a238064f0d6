import { notFound } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { exportReply } from '../http/exporting';
import { route, Routes } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { ChainReport, verifyChain } from './AuditChain';
import { AuditStore } from './AuditStore';

/** The chain of what is about no tenant; only the platform's administrators get here. */
const PLATFORM = 'platform';

const COLUMNS = [
  'seq',
  'at',
  'actor',
  'action',
  'resource',
  'outcome',
  'count',
  'details',
  'correlation_id',
  'address',
  'hash',
] as const;

/** Who did what in a tenant: to read, to take along, and to check that nothing was changed. */
export function createAudit(options: {
  readonly knex: Knex;
  readonly tenants: TenantStore;
}): { readonly routes: Routes } {
  const { knex, tenants } = options;
  const audit = new AuditStore(knex);
  /** Whoever asks while a chain is walked is told what that walk finds. */
  const walks = new Map<string, Promise<ChainReport>>();

  async function verify(tenantId: string): Promise<ChainReport> {
    const known = walks.get(tenantId);
    if (known) return known;
    const walk = verifyChain(knex, tenantId).finally(() =>
      walks.delete(tenantId),
    );
    walks.set(tenantId, walk);
    return walk;
  }

  async function tenantOf(params: { tenant_id: string }): Promise<string> {
    const { tenant_id: id } = params;
    if (id !== PLATFORM && !(await tenants.get(id))) throw notFound('tenant');
    return id;
  }

  return {
    routes: {
      ...route('listAudit', {
        handler: async ({ params, query }) => ({
          body: await audit.list(await tenantOf(params), query),
        }),
      }),
      ...route('exportAudit', {
        handler: async ({ params, query }) => {
          const tenantId = await tenantOf(params);
          const { format = 'csv', ...filter } = query;
          return exportReply({
            format,
            name: `audit-${tenantId}`,
            columns: COLUMNS,
            batches: audit.batches(tenantId, filter),
          });
        },
      }),
      ...route('verifyAudit', {
        handler: async ({ params }) => {
          const report = await verify(await tenantOf(params));
          const { entries, head } = report;
          return {
            body: report.ok
              ? { ok: true, entries, head }
              : {
                  ok: false,
                  entries,
                  head,
                  broken_at: report.brokenAt,
                  reason: report.reason,
                },
          };
        },
      }),
    },
  };
}
