import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { exchange, ExchangeOptions } from './exchange';

const LIMITS = { maxBytes: 10, timeoutMs: 10_000, onHead: () => {} };

let handler: (req: IncomingMessage, res: ServerResponse) => void;
const sockets = new Set<unknown>();
const server = createServer((req, res) => {
  sockets.add(req.socket);
  handler(req, res);
});
let agent: Agent;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  sockets.clear();
  agent = new Agent({ connections: 1 });
});
afterEach(() => agent.destroy());
afterAll(async () => {
  server.closeAllConnections();
  await new Promise(done => server.close(done));
});

function ask(options: Partial<ExchangeOptions> = {}) {
  const { port } = server.address() as AddressInfo;
  return exchange(
    agent,
    { origin: `http://127.0.0.1:${port}`, path: '/', method: 'GET' },
    { ...LIMITS, ...options },
  );
}

/** Begins an answer that never ends, and tells when it was asked for and when its reader has gone. */
function endless(beginning: string) {
  let gone: Promise<unknown> = Promise.resolve();
  const asked = new Promise<void>(resolve => {
    handler = (_req, res) => {
      gone = once(res, 'close');
      res.write(beginning);
      resolve();
    };
  });
  return { asked, gone: () => asked.then(() => gone) };
}

it('gives the answer that counts, whole', async () => {
  handler = (_req, res) => {
    res.writeEarlyHints({ link: '</style.css>; rel=preload' });
    res.writeHead(202, { 'content-type': 'text/plain' });
    res.write('01234');
    setImmediate(() => res.end('56789'));
  };
  const onHead = jest.fn();
  const answer = await ask({ onHead });
  expect(answer).toMatchObject({ status: 202, cut: false });
  expect(answer.headers['content-type']).toBe('text/plain');
  expect(answer.body.toString()).toBe('0123456789');
  expect(onHead).toHaveBeenCalledTimes(1);
});

it('takes no more than is wanted, and listens no longer', async () => {
  const { gone } = endless('0123456789x');
  expect(await ask()).toMatchObject({ status: 200, cut: true });
  await gone();
});

it('gives up when it takes too long, however much came', async () => {
  const { gone } = endless('0');
  await expect(ask({ timeoutMs: 50 })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  await gone();
});

it('gives up when it is told to, also while it waits for a connection', async () => {
  const { asked, gone } = endless('0');
  const caller = new AbortController();
  const first = ask({ signal: caller.signal });
  await asked;
  const waiting = new AbortController();
  const second = ask({ signal: waiting.signal });
  waiting.abort();
  await expect(second).rejects.toMatchObject({ name: 'AbortError' });
  caller.abort();
  await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  await gone();
  await expect(ask({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});

it('leaves the connection alone once the answer is there', async () => {
  handler = (_req, res) => res.end('fine');
  const caller = new AbortController();
  await ask({ signal: caller.signal });
  const next = ask();
  caller.abort();
  expect((await next).body.toString()).toBe('fine');
  expect(sockets.size).toBe(1);
});

it('passes on why nothing came', async () => {
  handler = req => req.socket.destroy();
  await expect(ask()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
});
