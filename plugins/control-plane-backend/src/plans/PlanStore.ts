import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { fromJson } from '../database/values';

export type Plan = Schema<'Plan'>;

/** A plan with what only the platform needs to know. */
export interface PlanTerms extends Plan {
  readonly autoApproveRoles: readonly string[];
}

/** What every tenant starts with; the smallest needs no approval only where a provider says so. */
const SEEDED = [
  {
    id: 'free',
    name: 'Free',
    rate_limit_per_minute: 10,
    burst: 0,
    quota_per_day: 1_000,
  },
  {
    id: 'basic',
    name: 'Basic',
    rate_limit_per_minute: 60,
    burst: 10,
    quota_per_day: 20_000,
  },
  {
    id: 'pro',
    name: 'Pro',
    rate_limit_per_minute: 600,
    burst: 100,
    quota_per_day: 500_000,
  },
] as const;

export class PlanStore {
  constructor(readonly knex: Knex) {}

  /** Gives a new tenant its first plans; does nothing where there are some. */
  static async seed(trx: Knex.Transaction, tenantId: string): Promise<void> {
    await trx('plans')
      .insert(
        SEEDED.map(plan => ({
          ...plan,
          tenant_id: tenantId,
          quota_per_month: null,
          requires_approval: true,
          auto_approve_roles: JSON.stringify([]),
        })),
      )
      .onConflict(['tenant_id', 'id'])
      .ignore();
  }

  async list(tenantId: string): Promise<PlanTerms[]> {
    const rows = await this.knex('plans')
      .where({ tenant_id: tenantId })
      .orderBy(['rate_limit_per_minute', 'id']);
    return rows.map(toPlan);
  }

  async get(tenantId: string, id: string): Promise<PlanTerms | undefined> {
    const row = await this.knex('plans')
      .where({ tenant_id: tenantId, id })
      .first();
    return row && toPlan(row);
  }
}

/** A plan without the platform's own columns, as the wire has it. */
export function publicPlan({ autoApproveRoles: _, ...plan }: PlanTerms): Plan {
  return plan;
}

function toPlan(row: any): PlanTerms {
  return {
    id: row.id,
    name: row.name,
    rate_limit_per_minute: row.rate_limit_per_minute,
    burst: row.burst,
    ...(row.quota_per_day && { quota_per_day: row.quota_per_day }),
    ...(row.quota_per_month && { quota_per_month: row.quota_per_month }),
    requires_approval: Boolean(row.requires_approval),
    autoApproveRoles: fromJson(row.auto_approve_roles),
  };
}
