import { until } from '@stoa/plugin-stoa-node/testUtils';
import { CRM, useRuntime } from './__testUtils__/runtime';

const harness = useRuntime({ leaseSeconds: 4 });
const { call } = harness;

const ready = async () => {
  const response = await fetch(`${harness.runtime.url}/ready`);
  return [response.status, (await response.json()).parts.gateway] as const;
};

afterEach(async () => {
  const { controlPlane } = harness;
  controlPlane.down = false;
  controlPlane.silent = false;
  controlPlane.beforeAnswer = undefined;
  setStatus('active');
  // Cached answers of the next test count again when the feed is heard again.
  await until(async () => {
    const before = controlPlane.lookups.length;
    await call(CRM);
    await call(CRM);
    return controlPlane.lookups.length - before < 2;
  });
});

/** What the control plane does when a subscription changes. */
function setStatus(status: string): void {
  const { controlPlane, hash } = harness;
  const facts = controlPlane.keys.get(hash);
  controlPlane.keys.set(hash, { ...facts, status });
  const op = status === 'active' ? 'put' : 'delete';
  controlPlane.push({ kind: 'key', op, key: hash });
}

function revoke(): void {
  setStatus('revoked');
}

it('serves a key from memory, and refuses it as soon as the feed says so', async () => {
  const { controlPlane } = harness;
  expect((await call(CRM)).status).toBe(200);
  const lookups = controlPlane.lookups.length;
  expect((await call(CRM)).status).toBe(200);
  expect(controlPlane.lookups).toHaveLength(lookups);

  revoke();
  const revokedAt = performance.now();
  await until(async () => (await call(CRM)).status === 403);
  expect(performance.now() - revokedAt).toBeLessThan(1_000);
});

it('refuses a key that is revoked while it is looked up', async () => {
  const { controlPlane } = harness;
  let answer: () => void = () => {};
  const asked = new Promise<void>(resolve => {
    controlPlane.beforeAnswer = () => {
      controlPlane.beforeAnswer = undefined;
      resolve();
      return new Promise(go => {
        answer = go;
      });
    };
  });
  const first = call(CRM);
  await asked;
  revoke();
  // Items come in order: when this route is there, the revocation has been heard.
  controlPlane.putRoute('dev/acme/crm/marker', harness.upstream.url);
  await until(
    async () =>
      (
        await fetch(`${harness.runtime.url}/gateway/dev/acme/crm/marker`)
      ).status === 401,
  );
  answer();
  expect((await first).status).toBe(403);
  expect((await call(CRM)).status).toBe(403);
});

it('asks about each call when the feed falls silent', async () => {
  const { controlPlane, hash } = harness;
  expect((await call(CRM)).status).toBe(200);
  controlPlane.silent = true;
  // Nobody tells of this revocation.
  controlPlane.keys.set(hash, {
    ...controlPlane.keys.get(hash),
    status: 'revoked',
  });
  const revokedAt = performance.now();
  await until(async () => (await call(CRM)).status === 403);
  expect(performance.now() - revokedAt).toBeLessThan(3_500);
});

it('asks again, after a silence, about keys that nobody used meanwhile', async () => {
  const { controlPlane, hash } = harness;
  expect((await call(CRM)).status).toBe(200);
  const heardAt = performance.now();
  controlPlane.silent = true;
  controlPlane.keys.set(hash, {
    ...controlPlane.keys.get(hash),
    status: 'revoked',
  });
  // The silence itself is what is waited for, and must end before the lease does.
  await until(() => performance.now() - heardAt > 1_500);
  controlPlane.silent = false;
  const probe = '/gateway/dev/acme/crm/probe';
  controlPlane.putRoute('dev/acme/crm/probe', harness.upstream.url);
  await until(
    async () => (await fetch(harness.runtime.url + probe)).status === 401,
  );
  expect((await call(CRM)).status).toBe(403);
});

it('serves the last answers for a lease without a control plane, then says so', async () => {
  const { controlPlane } = harness;
  const askedAt = performance.now();
  expect((await call(CRM)).status).toBe(200);
  controlPlane.down = true;
  controlPlane.silent = true;
  await until(async () => {
    const response = await call(CRM);
    if (response.status === 200) return false;
    expect(response.status).toBe(503);
    expect((await response.json()).error.code).toBe('stoa.unavailable');
    return true;
  });
  const heldMs = performance.now() - askedAt;
  expect(heldMs).toBeGreaterThanOrEqual(4_000);

  await until(async () => (await ready())[0] === 503);
  expect((await ready())[1]).toEqual({
    ready: false,
    reason: 'the control plane is silent',
  });
  controlPlane.down = false;
  controlPlane.silent = false;
  await until(async () => (await ready())[0] === 200);
  expect((await call(CRM)).status).toBe(200);
});

it('keeps routes while the feed begins anew, and takes the new picture whole', async () => {
  const { controlPlane, upstream } = harness;
  controlPlane.putRoute('dev/acme/crm/v9', upstream.url);
  const old = '/gateway/dev/acme/crm/v9';
  await until(async () => (await call(old)).status === 200);
  controlPlane.routes.delete('dev/acme/crm/v9');
  controlPlane.dropFeeds();
  const seen = new Set<number>();
  await until(async () => {
    seen.add((await call(CRM)).status);
    return (await call(old)).status === 404;
  });
  expect([...seen]).toEqual([200]);
});
