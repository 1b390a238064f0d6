import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../../../packages/cli/src/refusal.mjs';
import { client, signIn, until } from '../client.mjs';
import { DEFINITION } from './tool.mjs';

const TENANT = 'acme-corp';
const ID = 'bench-items';
const PLAN = 'pro';
const CONTROL_PLANE = 'control-plane.sqlite';
/** Calls a minute that no run comes near; the limiter counts them like any other. */
const PER_MINUTE = 100_000_000;
const LIMIT_MS = 30_000;

/** Name of the tool among all that a gateway serves. */
export const TOOL = `${TENANT}__${ID}__getItem`;

/**
 * Makes an API of the service, a tool of the API, and a subscription of somebody who
 * belongs to no tenant, so that plan and limit are the subscription's. The plans that
 * a tenant starts with allow 600 calls a minute at most; this instance's own database
 * is told a higher number, as there is no other way to another plan yet.
 *
 * @returns {Promise<{key: string, tokenFor: (url: string) => Promise<string>, metered: () => Promise<number>}>}
 */
export async function prepareTool({ url, dataDir }, backendUrl) {
  const admin = await client({ url, dataDir }, 'acme-admin');
  await admin('POST', `/tenants/${TENANT}/apis`, {
    api_id: ID,
    display_name: 'Items',
    version: '1.0.0',
    visibility: 'public',
    plans: [PLAN],
    environments: [{ name: 'dev', backend_url: backendUrl }],
    definition: JSON.stringify(DEFINITION),
  });
  await admin('POST', `/tenants/${TENANT}/apis/${ID}/publish`, {});
  await until('the deployment', async () => {
    const api = await admin('GET', `/tenants/${TENANT}/apis/${ID}`);
    return api.deployed.length > 0;
  });
  await admin('POST', `/tenants/${TENANT}/toolsets`, {
    toolset_id: ID,
    display_name: 'Items',
    api_id: ID,
    visibility: 'public',
    operations: ['getItem'],
  });
  raisePlan(dataDir);
  const consumer = await client({ url, dataDir }, 'consumer');
  const servers = await consumer('GET', '/portal/servers?q=Items');
  const { id } = servers.items.find(({ slug }) => slug === ID);
  const { subscription, api_key: key } = await consumer(
    'POST',
    '/mcp/subscriptions',
    { server_id: id, plan: PLAN, reason: 'Measuring' },
  );
  await admin('POST', `/mcp/subscriptions/${subscription.id}/approve`, {});
  return {
    key,
    tokenFor: base =>
      signIn({ url, dataDir }, 'consumer', {
        resource: `${base}/mcp`,
        scope: 'openid stoa:read stoa:tools:execute',
      }),
    async metered() {
      const { items } = await admin('GET', `/tenants/${TENANT}/usage`);
      return items
        .filter(({ server }) => server === ID)
        .reduce((sum, { calls }) => sum + calls, 0);
    },
  };
}

function raisePlan(dataDir) {
  const database = new DatabaseSync(join(dataDir, 'db', CONTROL_PLANE), {
    timeout: LIMIT_MS,
  });
  const { changes } = database
    .prepare(
      'UPDATE plans SET rate_limit_per_minute = ? WHERE tenant_id = ? AND id = ?',
    )
    .run(PER_MINUTE, TENANT, PLAN);
  database.close();
  if (changes !== 1) throw new Refusal(`there is no plan "${PLAN}" to raise`);
}
