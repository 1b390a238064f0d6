// Run by `npm test` against a started instance (STOA_URL, STOA_DATA_DIR), on Linux: the
// portal and two sidecars serve the same APIs to the same keys; what is revoked is dead
// on all of them, what is deployed is live on all; they go on while the control plane
// hangs; and each answer that a caller got is counted once, whatever was killed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { running } from '../../../packages/cli/src/runFile.mjs';
import { client } from '../bench/client.mjs';
import { findChild } from '../bench/cpu.mjs';
import { startSidecar } from './sidecar.mjs';

const { STOA_URL, STOA_DATA_DIR } = process.env;
const instance = { url: STOA_URL, dataDir: STOA_DATA_DIR };
const TENANT = 'acme-corp';
const API = 'counted-api';
const PATH = `/gateway/dev/${TENANT}/${API}/1.0.0/customers?limit=1`;
/** Of a revocation and of a new route. */
const WITHIN_MS = 1_000;
const CALLS = 20_000;
const AT_ONCE = 16;
/** For how many calls, or at the most how long, the control plane hangs. */
const HUNG_CALLS = 4_000;
const HUNG_MS = 10_000;
/** A slow machine is no failure. */
const SLOW_MS = 120_000;

let admin;
let consumer;
let sidecars;
const agent = new Agent({ connections: AT_ONCE });

const doors = () => [STOA_URL, ...sidecars.map(({ url }) => url)];

/** What callers got, of whatever status. */
let answers = 0;

async function statusOf(url, key) {
  const answer = await request(url, {
    dispatcher: agent,
    headers: { 'x-api-key': key },
  });
  await answer.body.dump();
  answers += 1;
  return answer.statusCode;
}

async function until(what, condition, limitMs = 30_000) {
  const begun = performance.now();
  while (!(await condition())) {
    assert.ok(performance.now() - begun < limitMs, `${what}: not in time`);
    await delay(10);
  }
  return performance.now() - begun;
}

/** How long until all three answer so. */
const allAnswer = (path, key, status) =>
  until(`${status} everywhere`, async () => {
    const statuses = await Promise.all(
      doors().map(door => statusOf(door + path, key)),
    );
    return statuses.every(found => found === status);
  });

/** Sends a signal to the platform's server, not to the command above it. */
function signalPortal(signal) {
  const { pid } = running(STOA_DATA_DIR);
  process.kill(findChild(pid, 'src/index.ts'), signal);
}

async function publish(apiId) {
  const { backends } = running(STOA_DATA_DIR);
  await admin('POST', `/tenants/${TENANT}/apis`, {
    api_id: apiId,
    display_name: apiId,
    version: '1.0.0',
    visibility: 'public',
    plans: ['unbounded'],
    // In place of the tenant's own.
    policies: [
      {
        type: 'rate-limit',
        config: { per: 'application', requestsPerMinute: 1_000_000 },
      },
      { type: 'logging', config: { level: 'none' } },
    ],
    environments: [
      { name: 'dev', backend_url: `http://127.0.0.1:${backends.crm}` },
    ],
    definition: JSON.stringify({
      openapi: '3.0.3',
      info: { title: apiId, version: '1.0.0' },
      paths: {},
    }),
  });
  const { deployment } = await admin(
    'POST',
    `/tenants/${TENANT}/apis/${apiId}/publish`,
    {},
  );
  await until('the deployment', async () => {
    const { status } = await admin('GET', `/deployments/${deployment.id}`);
    return status === 'success';
  });
}

async function subscribe(apiId) {
  const application = await consumer('POST', '/applications', { name: apiId });
  const { subscription, api_key: key } = await consumer(
    'POST',
    '/subscriptions',
    {
      application_id: application.id,
      tenant_id: TENANT,
      api_id: apiId,
      plan: 'unbounded',
    },
  );
  await admin('POST', `/subscriptions/${subscription.id}/approve`, {});
  return { id: subscription.id, key };
}

async function counted() {
  const { items } = await admin('GET', `/tenants/${TENANT}/usage?group_by=api`);
  return items.find(item => item.api_id === API)?.calls ?? 0;
}

before(async () => {
  admin = await client(instance, 'acme-admin');
  consumer = await client(instance, 'consumer');
  await admin('POST', `/tenants/${TENANT}/plans`, {
    id: 'unbounded',
    name: 'Unbounded',
    rate_limit_per_minute: 1_000_000,
  });
  sidecars = [];
  for (let i = 0; i < 2; i += 1) {
    sidecars.push(await startSidecar(STOA_DATA_DIR));
  }
});
after(async () => {
  await agent.close();
  for (const sidecar of sidecars ?? []) await sidecar.stop();
});

test('what is deployed is live everywhere, what is revoked is dead everywhere', async () => {
  await publish(API);
  const { id, key } = await subscribe(API);
  const live = await allAnswer(PATH, key, 200);
  assert.ok(live < WITHIN_MS, `live after ${live} ms`);
  await admin('POST', `/subscriptions/${id}/revoke`, { reason: 'Tests' });
  const dead = await allAnswer(PATH, key, 403);
  assert.ok(dead < WITHIN_MS, `dead after ${dead} ms`);
});

test('sidecars go on with what they know while the control plane hangs', async () => {
  const known = await subscribe(API);
  const unknown = await subscribe(API);
  await allAnswer(PATH, known.key, 200);
  signalPortal('SIGSTOP');
  try {
    for (const { url } of sidecars) {
      assert.equal(await statusOf(url + PATH, known.key), 200);
      assert.equal(await statusOf(url + PATH, unknown.key), 503);
    }
  } finally {
    signalPortal('SIGCONT');
  }
  await allAnswer(PATH, unknown.key, 200);
});

test('each answer is counted once, whatever is killed or hangs', async () => {
  // The calls before have been counted.
  let before = -1;
  await until('metering', async () => {
    const now = await counted();
    const settled = now === before;
    before = now;
    if (!settled) await delay(2_500);
    return settled;
  });

  const earlier = answers;
  // Just looked up, so that its lease lasts longer than the control plane hangs.
  const { key } = await subscribe(API);
  await allAnswer(PATH, key, 200);
  let lost = 0;
  let left = CALLS;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const door = sidecars[left % 2].url;
      try {
        await statusOf(door + PATH, key);
      } catch {
        // Cut by the kill: it may have been counted or not.
        lost += 1;
        await delay(5);
      }
    }
  };
  const callers = Promise.all(Array.from({ length: AT_ONCE }, caller));

  await until('some calls', async () => left < CALLS * 0.8, SLOW_MS);
  signalPortal('SIGSTOP');
  const begun = { left, at: performance.now() };
  await until(
    'calls while it hangs',
    async () =>
      left < begun.left - HUNG_CALLS || performance.now() - begun.at > HUNG_MS,
  );
  signalPortal('SIGCONT');
  const [victim] = sidecars;
  const inFlight = AT_ONCE;
  process.kill(findChild(victim.pid, 'src/gateway.ts'), 'SIGKILL');
  await victim.ended;
  sidecars[0] = await startSidecar(STOA_DATA_DIR, { port: victim.port });
  await callers;
  const answered = answers - earlier;

  assert.ok(answered > CALLS / 2, `${answered} answers`);
  await until(
    'all of them',
    async () => (await counted()) - before >= answered,
    SLOW_MS,
  );
  // Nothing comes after that.
  await delay(3_000);
  const extra = (await counted()) - before - answered;
  assert.ok(
    extra >= 0 && extra <= inFlight,
    `${answered} answers, ${lost} cut, ${extra} counted beyond`,
  );
});
