import { startSidecar } from '../../test/sidecar.mjs';
import { client, until } from '../client.mjs';

/** Of keys that are revoked, one after the other. */
const KEYS = 20;
const PATH = '/gateway/dev/acme-corp/crm-api/1.2.0/customers?limit=1';

/**
 * How long keys still work once the answer to their revocation has come, in
 * milliseconds, the longest of some: at `validate-key`, and at the gateways inside the
 * portal and beside it, where each had just been used.
 */
export async function deadAfter(instance, { admin, gateway }) {
  const { stop, url } = await startSidecar(instance.dataDir);
  try {
    const consumer = await client(instance, 'consumer');
    const doors = {
      'validate-key': key =>
        gateway('POST', '/subscriptions/validate-key', { api_key: key }).then(
          () => true,
          () => false,
        ),
      portal: key => calls(instance.url, key),
      sidecar: key => calls(url, key),
    };
    const longest = Object.fromEntries(Object.keys(doors).map(n => [n, 0]));
    for (let n = 0; n < KEYS; n += 1) {
      const { id, key } = await subscribe({ consumer, admin }, n);
      for (const [name, works] of Object.entries(doors)) {
        await until(`the first call through ${name}`, () => works(key));
      }
      await admin('POST', `/subscriptions/${id}/revoke`, { reason: 'Bench' });
      const since = performance.now();
      await Promise.all(
        Object.entries(doors).map(async ([name, works]) => {
          while (await works(key));
          longest[name] = Math.max(longest[name], performance.now() - since);
        }),
      );
    }
    return longest;
  } finally {
    await stop();
  }
}

async function subscribe({ consumer, admin }, n) {
  const application = await consumer('POST', '/applications', {
    name: `Revoked ${n}`,
  });
  const { subscription, api_key: key } = await consumer(
    'POST',
    '/subscriptions',
    {
      application_id: application.id,
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      plan: 'free',
    },
  );
  if (subscription.status === 'pending') {
    await admin('POST', `/subscriptions/${subscription.id}/approve`, {});
  }
  return { id: subscription.id, key };
}

async function calls(base, key) {
  const response = await fetch(base + PATH, { headers: { 'X-API-Key': key } });
  await response.arrayBuffer();
  return response.ok;
}
