import { client } from '../client.mjs';
import { copyRow, ID_SQL, idOf } from '../postgresInstance.mjs';

/** Of applications, each of which is subscribed to as many APIs as it takes. */
const APPLICATIONS = 1_000;
const KEY_SQL = `'stoa_sk_' || lpad(i::text, 32, '0')`;

export const keyOf = i => `stoa_sk_${String(i).padStart(32, '0')}`;

/** Subscriptions 1 to `count`, whose keys are `keyOf` their number, made of one that a person made. */
export async function fillSubscriptions(instance, database, count) {
  const consumer = await client(instance, 'consumer');
  const application = await consumer('POST', '/applications', {
    name: 'Bench',
  });
  const { subscription } = await consumer('POST', '/subscriptions', {
    application_id: application.id,
    tenant_id: 'acme-corp',
    api_id: 'crm-api',
    plan: 'free',
  });
  const [api] = await database.query(
    `SELECT id FROM apis WHERE tenant_id = 'acme-corp' AND api_id = 'crm-api'`,
  );
  const apis = Math.ceil(count / APPLICATIONS);
  await copyRow(database, 'applications', application.id, APPLICATIONS, {
    id: ID_SQL,
    owner_ref: `'user:default/person-' || i`,
  });
  await copyRow(database, 'apis', api.id, apis, {
    id: ID_SQL,
    api_id: `'bench-' || i`,
  });
  // Those who subscribe later find room.
  await database.query(
    `UPDATE tenants SET settings = jsonb_set(settings::jsonb, '{max_applications}', '100000')`,
  );
  const idWith = number => ID_SQL.replace('i::text', `(${number})::text`);
  await copyRow(database, 'subscriptions', subscription.id, count, {
    id: ID_SQL,
    application_id: idWith(`1 + i % ${APPLICATIONS}`),
    api_id: `'bench-' || (1 + (i - 1) / ${APPLICATIONS})`,
    subscriber_id: `'person-' || (1 + i % ${APPLICATIONS})`,
    status: `'active'`,
    api_key_hash: `encode(sha256((${KEY_SQL})::bytea), 'hex')`,
  });
}

/** Requests about keys from all over the table; the same ones each time. */
export function requestsOf({ url, token, count, asked }) {
  return Array.from({ length: asked }, (_, n) => {
    const i = 1 + ((n * 7_919_777) % count);
    return {
      url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ api_key: keyOf(i) }),
      contains: `"subscription_id":"${idOf(i)}"`,
    };
  });
}
