import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { AddressInfo } from 'node:net';
import { readBody } from './body';

const MAX = 10;

/** What becomes of the body that `send` writes. */
async function read(
  send: (
    write: (text: string) => void,
    end: () => void,
    cut: () => void,
  ) => void,
) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = request({ port, host: '127.0.0.1', method: 'POST' });
  client.on('error', () => {});
  client.flushHeaders();
  const [req, res] = await once(server, 'request');
  const body = readBody(req, MAX).then(String, error => error.code);
  send(
    text => client.write(text),
    () => client.end(),
    () => client.destroy(),
  );
  const outcome = await body;
  res.end();
  client.destroy();
  server.closeAllConnections();
  await new Promise(done => server.close(done));
  return outcome;
}

it('reads a body that comes in pieces, up to its limit', async () => {
  const whole = await read((write, end) => {
    write('01234');
    write('56789');
    end();
  });
  expect(whole).toBe('0123456789');
});

it('stops at a body that is too large, whether or not it ends', async () => {
  expect(await read(write => write('0123456789x'))).toBe('stoa.too_large');
});

it('tells a body that broke off', async () => {
  const cut = await read((write, _end, destroy) => {
    write('01234');
    destroy();
  });
  expect(cut).toBe('stoa.bad_request');
});
