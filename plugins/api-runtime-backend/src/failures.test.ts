import { until } from '@stoa/plugin-stoa-node/testUtils';
import { CRM, useRuntime } from './__testUtils__/runtime';

const harness = useRuntime({ firstByteTimeoutSeconds: 0.3 });
const { call } = harness;
const SECRET = 'stoa_sk_0123456789abcdefghijABCDEFGHIJ01';

async function reported(requestId: string | null): Promise<any> {
  const find = () =>
    harness.controlPlane.errors.find(e => e.request_id === requestId);
  await until(() => find() !== undefined);
  return find();
}

it('tells of answers that the backend failed to give, without what is in them', async () => {
  harness.upstream.respond = (_req, res) =>
    res.writeHead(503).end(JSON.stringify({ password: SECRET }));
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const answer = await call(`${CRM}/orders/ann@example.com?token=${SECRET}`, {
    method: 'POST',
    body: SECRET,
    headers: { traceparent },
  });
  const report = await reported(answer.headers.get('x-request-id'));
  expect(report).toMatchObject({
    tenant_id: 'acme',
    subject: 'ann',
    api: 'crm',
    environment: 'dev',
    error_type: 'server_internal_error',
    error_message: 'The backend answered 503.',
    http_status: 503,
    request: { method: 'POST', version: 'v1' },
    traceparent,
    occurrences: 1,
  });
  expect(JSON.stringify(report)).not.toMatch(
    new RegExp(`${SECRET}|ann@example.com|token=`),
  );
});

it('tells silence, a broken answer and a dead backend apart', async () => {
  harness.upstream.respond = req => void req;
  const silent = await call(CRM);
  expect(silent.status).toBe(504);
  expect(await reported(silent.headers.get('x-request-id'))).toMatchObject({
    error_type: 'server_timeout',
    response: { status: 504 },
  });

  harness.upstream.respond = (_req, res) => {
    res.writeHead(200, { 'content-length': '100' });
    res.write('half', () => res.destroy());
  };
  const broken = await call(CRM);
  await broken.text().catch(() => {});
  expect(await reported(broken.headers.get('x-request-id'))).toMatchObject({
    error_type: 'server_unavailable',
    error_message: 'The backend broke off in the middle of its answer.',
  });

  harness.controlPlane.putRoute('dev/acme/crm/dead', 'http://127.0.0.1:1');
  const dead = '/gateway/dev/acme/crm/dead';
  await until(async () => (await call(dead)).status === 502);
  const refused = await call(dead);
  expect(refused.status).toBe(502);
  await until(() =>
    harness.controlPlane.errors.some(
      e =>
        e.error_type === 'server_unavailable' &&
        e.error_message ===
          'The backend cannot be reached: no connection could be made.',
    ),
  );
});

it('tells nothing of what the caller did wrong', async () => {
  const before = harness.controlPlane.errors.length;
  harness.upstream.respond = (_req, res) => res.writeHead(404).end();
  await call(CRM);
  await call(`${CRM}/../x`);
  await fetch(harness.runtime.url + CRM);
  harness.upstream.respond = (_req, res) => res.writeHead(500).end();
  const last = await call(CRM);
  await reported(last.headers.get('x-request-id'));
  expect(harness.controlPlane.errors).toHaveLength(before + 1);
});
