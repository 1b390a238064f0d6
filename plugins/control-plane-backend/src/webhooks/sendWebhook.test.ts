import { createDialler, Dialler } from '@stoa/plugin-stoa-node';
import { freePort } from '@stoa/plugin-stoa-node/testUtils';
import { isSigned, Receiver } from '../__testUtils__/Receiver';
import { sendWebhook } from './sendWebhook';

let receiver: Receiver;
let dialler: Dialler;

beforeEach(async () => {
  receiver = await Receiver.start();
  dialler = createDialler({ allow: [receiver.allowance] });
});
afterEach(async () => {
  await dialler.close();
  await receiver.stop();
});

const send = (url: string, through = dialler, timeoutMs?: number) =>
  sendWebhook(
    through,
    {
      url,
      secret: 'Ünïcode secret',
      deliveryId: 'delivery-1',
      eventType: 'api-created',
      event: { name: 'Été ✓ \u2028', nested: { b: 1, a: [2.5, null] } },
    },
    timeoutMs,
  );

it('signs the very bytes it sends', async () => {
  const outcome = await send(receiver.url);
  expect(outcome).toMatchObject({ delivered: true, responseCode: 204 });
  const [received] = receiver.received;
  expect(isSigned(received, 'Ünïcode secret')).toBe(true);
  expect(isSigned(received, 'Unicode secret')).toBe(false);
  expect(received.event.name).toBe('Été ✓ \u2028');
  expect(received.headers['accept-encoding']).toBe('identity');
});

it('waits so long for an answer, and no longer for the rest of it', async () => {
  receiver.respond = () => {};
  const silent = await send(receiver.url, dialler, 50);
  expect(silent).toMatchObject({ delivered: false, error: 'timeout' });
  // The status is the answer; what follows may take its time or break off.
  receiver.respond = response => void response.writeHead(200).write('begun');
  expect(await send(receiver.url, dialler, 1_500)).toMatchObject({
    delivered: true,
    responseCode: 200,
    responseBody: 'begun',
  });
});

it.each([
  [200, undefined],
  [299, undefined],
  [302, 'redirect'],
  [404, 'status'],
  [410, 'status'],
  [503, 'status'],
])('answered with %i: %s', async (status, error) => {
  receiver.respond = response => response.writeHead(status).end();
  const outcome = await send(receiver.url);
  expect([outcome.delivered, outcome.error]).toEqual([!error, error]);
});

it('tells why no answer came', async () => {
  receiver.respond = response => response.destroy();
  expect((await send(receiver.url)).error).toBe('connect');
  const port = await freePort();
  const others = createDialler({
    allow: [`127.0.0.1:${port}`, receiver.allowance, `hook.test:${port}`],
    resolve: async name => (name === 'hook.test' ? ['127.0.0.1'] : []),
  });
  const errorOf = async (url: string) => (await send(url, others)).error;
  expect(await errorOf(`http://127.0.0.1:${port}/`)).toBe('connect');
  expect(await errorOf(`http://hook.test:${port}/`)).toBe('connect');
  expect(await errorOf('http://nowhere.test/')).toBe('dns');
  expect(await errorOf(receiver.url.replace('http:', 'https:'))).toBe('tls');
  expect(await errorOf('http://10.0.0.1/')).toBe('refused_address');
  expect(await errorOf('http://user:pass@hook.test/')).toBe('refused_url');
  await others.close();
});

it('judges the address at every attempt, not the name', async () => {
  const answers = [['93.184.216.34'], ['169.254.169.254']];
  const rebinding = createDialler({
    allow: [],
    resolve: async () => answers.shift()!,
  });
  await rebinding.checkUrl('http://hook.test/');
  expect((await send('http://hook.test/', rebinding)).error).toBe(
    'refused_address',
  );
  await rebinding.close();
});
