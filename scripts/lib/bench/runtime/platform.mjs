import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { client, signIn, until } from '../client.mjs';

const TENANT = 'acme-corp';
const API = 'bench-items';
const PLAN = 'bench';
/** Calls a minute that no run comes near; the limiters count them like any other. */
const PER_MINUTE = 1_000_000;
const CONTROL_PLANE = 'control-plane.sqlite';
const LIMIT_MS = 30_000;

export const ROUTE = `/gateway/dev/${TENANT}/${API}/1.0.0`;

/**
 * Makes an API of the service, and a subscription to it that no run exhausts.
 *
 * @returns {Promise<{key: string, tokenFor: (url: string) => Promise<string>, metered: () => Promise<number>}>}
 */
export async function prepareApi({ url, dataDir }, backendUrl) {
  const admin = await client({ url, dataDir }, 'acme-admin');
  const consumer = await client({ url, dataDir }, 'consumer');
  await admin('POST', `/tenants/${TENANT}/plans`, {
    id: PLAN,
    name: 'Bench',
    rate_limit_per_minute: PER_MINUTE,
  });
  await admin('POST', `/tenants/${TENANT}/apis`, {
    api_id: API,
    display_name: 'Items',
    version: '1.0.0',
    visibility: 'public',
    plans: [PLAN],
    // The other defaults of the tenant hold: tokens, pages of other origins, the log.
    policies: [
      {
        type: 'rate-limit',
        config: { per: 'application', requestsPerMinute: PER_MINUTE },
      },
    ],
    environments: [{ name: 'dev', backend_url: backendUrl }],
    definition: JSON.stringify({
      openapi: '3.0.3',
      info: { title: 'Items', version: '1.0.0' },
      paths: {},
    }),
  });
  await admin('POST', `/tenants/${TENANT}/apis/${API}/publish`, {});
  await until('the deployment', async () => {
    const api = await admin('GET', `/tenants/${TENANT}/apis/${API}`);
    return api.deployed.length > 0;
  });
  const application = await consumer('POST', '/applications', { name: API });
  const { subscription, api_key: key } = await consumer(
    'POST',
    '/subscriptions',
    {
      application_id: application.id,
      tenant_id: TENANT,
      api_id: API,
      plan: PLAN,
    },
  );
  await admin('POST', `/subscriptions/${subscription.id}/approve`, {});
  return {
    key,
    tokenFor: base =>
      signIn({ url, dataDir }, 'consumer', {
        resource: `${base}/gateway`,
        scope: 'openid',
      }),
    async metered() {
      const path = `/tenants/${TENANT}/usage?group_by=api`;
      const { items } = await admin('GET', path);
      return items.find(({ api_id: id }) => id === API)?.calls ?? 0;
    },
  };
}

/** So many more routes for gateways that start from now on. */
export function addRoutes(dataDir, count) {
  const database = new DatabaseSync(join(dataDir, 'db', CONTROL_PLANE), {
    timeout: LIMIT_MS,
  });
  const insert = database.prepare(
    `INSERT INTO runtime_routes (environment, tenant_id, api_id, version, backend_url, deployment_id, created_at)
     SELECT environment, tenant_id, ?, version, backend_url, deployment_id, created_at
     FROM runtime_routes WHERE api_id = ? LIMIT 1`,
  );
  database.exec('BEGIN');
  for (let n = 0; n < count; n += 1) insert.run(`bench-route-${n}`, API);
  database.exec('COMMIT');
  database.close();
}
