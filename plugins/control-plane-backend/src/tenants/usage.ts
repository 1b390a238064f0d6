import { Schema, StoaError } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { LIVE_STATES } from '../subscriptions/lifecycle';
import { lockActiveTenant, Tenant } from './TenantStore';

/** What a tenant has of what it may have. */
export async function quotaUsage(
  db: Knex,
  { id, settings }: Tenant,
): Promise<Schema<'QuotaUsage'>> {
  const apis = await db('apis')
    .where({ tenant_id: id })
    .whereNull('deleted_at')
    .count({ n: '*' })
    .first();
  return {
    apis: { used: Number(apis?.n ?? 0), max: settings.max_apis },
    applications: {
      used: await countApplications(db, id),
      max: settings.max_applications,
    },
  };
}

/**
 * Throws `stoa.tenant.quota_exceeded` when one application more than the tenant may
 * have would be subscribed to its APIs; those that are may subscribe to others.
 * Holds the tenant, so that subscriptions at the same time see each other.
 */
export async function checkApplicationQuota(
  trx: Knex.Transaction,
  tenantId: string,
  applicationId: string,
): Promise<void> {
  const tenant = await lockActiveTenant(trx, tenantId);
  const { max_applications: max } = tenant.settings;
  const known = await liveSubscriptions(trx, tenantId)
    .where({ application_id: applicationId })
    .first('id');
  if (known || (await countApplications(trx, tenantId)) < max) return;
  throw new StoaError(
    'stoa.tenant.quota_exceeded',
    `The tenant takes ${max} applications, and has them. Its administrators can ask the platform's operator for more.`,
  );
}

/** Whether gateways serve something of the tenant, or are about to. */
export async function hasLiveDeployments(
  db: Knex,
  tenantId: string,
): Promise<boolean> {
  const where = { tenant_id: tenantId };
  const route = await db('runtime_routes').where(where).first('deployment_id');
  const deployment = await db('deployments')
    .where(where)
    .whereIn('status', ['pending', 'running'])
    .first('id');
  return Boolean(route || deployment);
}

async function countApplications(db: Knex, tenantId: string): Promise<number> {
  const row = await liveSubscriptions(db, tenantId)
    .countDistinct({ n: 'application_id' })
    .first();
  return Number(row?.n ?? 0);
}

function liveSubscriptions(db: Knex, tenantId: string) {
  return db('subscriptions')
    .where({ tenant_id: tenantId })
    .whereIn('status', [...LIVE_STATES]);
}
