import { once } from 'node:events';
import { get, IncomingMessage } from 'node:http';
import { CRM, useRuntime } from './__testUtils__/runtime';

const harness = useRuntime({
  firstByteTimeoutSeconds: 0.3,
  idleTimeoutSeconds: 0.3,
  callerTimeoutSeconds: 0.3,
});
const { call, metered } = harness;

it('says when a backend is silent', async () => {
  harness.upstream.respond = () => {};
  const response = await call(CRM);
  expect(response.status).toBe(504);
  expect((await response.json()).error.code).toBe('stoa.backend.timeout');
  const event = await metered(response.headers.get('x-request-id'));
  expect(event).toMatchObject({ status: 'timeout', http_status: 504 });
});

it('cuts the answer when a backend falls silent in the middle', async () => {
  harness.upstream.respond = (_req, res) => res.write('half');
  const response = await call(CRM);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
  const event = await metered(response.headers.get('x-request-id'));
  expect(event).toMatchObject({
    status: 'timeout',
    http_status: 200,
    response_bytes: 4,
  });
});

it('lets go of the backend when the caller takes nothing', async () => {
  const left = new Promise(resolve => {
    harness.upstream.respond = (_req, res) => {
      res.once('close', resolve);
      const more = () => {
        while (res.write(Buffer.alloc(1024 * 1024)));
        res.once('drain', more);
      };
      more();
    };
  });
  const req = get(harness.runtime.url + CRM, {
    headers: { 'x-api-key': harness.key },
  });
  req.on('error', () => {});
  const [response] = (await once(req, 'response')) as [IncomingMessage];
  await left;
  const id = response.headers['x-request-id'] as string;
  expect(await metered(id)).toMatchObject({
    status: 'error',
    http_status: 499,
  });
  req.destroy();
});
