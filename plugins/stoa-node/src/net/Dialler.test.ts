import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { StoaError } from '@stoa/plugin-stoa-common';
import { request } from 'undici';
import { createDialler, Dialler, DiallerOptions } from './Dialler';
import { toBackendError } from './unreachable';

let server: Server;
let port: number;
let requests: string[];
let respond: (url: string) => [number, Record<string, string>] | undefined;
const diallers: Dialler[] = [];

beforeAll(async () => {
  server = createServer((req: IncomingMessage, res) => {
    requests.push(`${req.headers.host} ${req.url}`);
    const answer = respond(req.url!);
    if (answer) res.writeHead(...answer).end('pong');
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});

beforeEach(() => {
  requests = [];
  respond = () => [200, {}];
});

afterEach(() => Promise.all(diallers.splice(0).map(d => d.close())));

afterAll(() => {
  server.closeAllConnections();
  return new Promise(done => server.close(done));
});

function dialler(options: Partial<DiallerOptions> = {}): Dialler {
  const made = createDialler({ allow: [], ...options });
  diallers.push(made);
  return made;
}

async function classOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    e => e,
  );
  expect(error).toBeInstanceOf(StoaError);
  expect(error.code).toBe('stoa.backend.unreachable');
  return error.details.class;
}

describe('without an allowance', () => {
  it.each([
    'http://127.0.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f000001:PORT/',
    'http://0x7f.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://127.0.0.1.:PORT/',
    'http://①②⑦.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://LOCALHOST.:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::7f00:1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://0:PORT/',
    'http://[::]:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/latest/meta-data/',
  ])('opens no socket to %s', async spelling => {
    const url = spelling.replace('PORT', String(port));
    const guarded = dialler();
    expect(await classOf(guarded.fetch(url))).toBe('refused_address');
    expect(await classOf(guarded.checkUrl(url))).toBe('refused_address');
    const agent = guarded.dispatcher();
    const raw = request(url, { dispatcher: agent });
    await expect(raw).rejects.toMatchObject({
      details: { class: 'refused_address' },
    });
    await agent.close();
    expect(requests).toEqual([]);
  });

  it.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'http://user@example.com/',
    'http://user:secret@example.com/',
    'http://[fe80::1%25eth0]/',
    '/relative',
    'http://',
  ])('refuses the URL %s', async url => {
    const resolve = jest.fn();
    expect(await classOf(dialler({ resolve }).fetch(url))).toBe('refused_url');
    expect(await classOf(dialler({ resolve }).checkUrl(url))).toBe(
      'refused_url',
    );
    expect(resolve).not.toHaveBeenCalled();
  });

  it('keeps credentials and addresses out of the error', async () => {
    const error = await dialler()
      .fetch('http://user:secret@127.0.0.1/')
      .catch(e => e);
    expect(JSON.stringify([error.message, error.details])).not.toMatch(
      /secret|127/,
    );
  });
});

describe('names', () => {
  const url = () => `http://backend.test:${port}/`;

  it('refuses a name with one internal address among public ones', async () => {
    const resolve = async () => ['93.184.216.34', '10.0.0.1'];
    expect(await classOf(dialler({ resolve }).fetch(url()))).toBe(
      'refused_address',
    );
  });

  it('refuses an address with a zone id', async () => {
    const resolve = async () => ['fe80::1%lo'];
    expect(await classOf(dialler({ resolve }).fetch(url()))).toBe(
      'refused_address',
    );
  });

  it('judges each new connection, not the earlier check (rebinding)', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const resolve = async () => answers.shift()!;
    const guarded = dialler({ resolve });
    await guarded.checkUrl(url());
    expect(await classOf(guarded.fetch(url()))).toBe('refused_address');
    expect(answers).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('connects to the address it judged, asking for it once', async () => {
    const resolve = jest.fn(async () => ['127.0.0.1']);
    const guarded = dialler({ resolve, allow: [`backend.test:${port}`] });
    const response = await guarded.fetch(url());
    expect(await response.text()).toBe('pong');
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(requests).toEqual([`backend.test:${port} /`]);
  });

  it('tries the next address when one does not answer', async () => {
    const resolve = async () => ['127.0.0.2', '127.0.0.1'];
    const guarded = dialler({ resolve, allow: [`backend.test:${port}`] });
    expect((await guarded.fetch(url())).status).toBe(200);
  });

  it('tells names that do not resolve, and resolvers that are silent', async () => {
    const missing = Object.assign(new Error('no'), { code: 'ENOTFOUND' });
    expect(
      await classOf(
        dialler({ resolve: () => Promise.reject(missing) }).fetch(url()),
      ),
    ).toBe('dns');
    expect(
      await classOf(dialler({ resolve: async () => [] }).checkUrl(url())),
    ).toBe('dns');
    const silent = dialler({
      resolve: () => new Promise(() => {}),
      connectTimeout: 20,
    });
    expect(await classOf(silent.fetch(url()))).toBe('timeout');
    expect(await classOf(silent.checkUrl(url()))).toBe('timeout');
  });
});

describe('with an allowance', () => {
  it.each(['127.0.0.1:PORT', 'localhost:PORT', '[::ffff:7f00:1]:PORT'])(
    '%s opens what it names',
    async entry => {
      const allow = [entry.replace('PORT', String(port))];
      const host = entry.slice(0, entry.lastIndexOf(':'));
      const resolve = async () => ['127.0.0.1'];
      const guarded = dialler({ allow, resolve });
      const response = await guarded.fetch(`http://${host}:${port}/x`);
      expect([response.status, await response.text()]).toEqual([200, 'pong']);
      const agent = guarded.dispatcher();
      const raw = await request(`http://${host}:${port}/y`, {
        dispatcher: agent,
      });
      expect(await raw.body.text()).toBe('pong');
      await agent.close();
    },
  );

  it('counts the port, and the host', async () => {
    const guarded = dialler({
      allow: [`127.0.0.1:${port + 1}`, `backend.test:${port}`],
    });
    expect(await classOf(guarded.fetch(`http://127.0.0.1:${port}/`))).toBe(
      'refused_address',
    );
  });

  it('never opens a port of the platform itself', async () => {
    const guarded = dialler({
      allow: [`127.0.0.1:${port}`, `stoa.test:${port}`],
      own: { ports: [port], hosts: ['stoa.test'] },
      resolve: async () => ['93.184.216.34'],
    });
    for (const host of ['127.0.0.1', 'stoa.test']) {
      expect(await classOf(guarded.fetch(`http://${host}:${port}/`))).toBe(
        'refused_address',
      );
    }
  });

  it('answers a redirect instead of following it', async () => {
    respond = () => [302, { location: 'http://169.254.169.254/' }];
    const guarded = dialler({ allow: [`127.0.0.1:${port}`] });
    const response = await guarded.fetch(`http://127.0.0.1:${port}/`);
    expect(response.status).toBe(302);
    const agent = guarded.dispatcher();
    const raw = await request(`http://127.0.0.1:${port}/`, {
      dispatcher: agent,
    });
    expect(raw.statusCode).toBe(302);
    await raw.body.dump();
    await agent.close();
    expect(requests).toHaveLength(2);
  });

  it('tells refused connections, TLS faults and silence apart', async () => {
    const allow = [`127.0.0.1:${port}`, '127.0.0.1:1'];
    const guarded = dialler({ allow });
    expect(await classOf(guarded.fetch('http://127.0.0.1:1/'))).toBe('connect');
    expect(await classOf(guarded.fetch(`https://127.0.0.1:${port}/`))).toBe(
      'tls',
    );
    respond = () => undefined;
    await expect(
      guarded.fetch(`http://127.0.0.1:${port}/`, {
        signal: AbortSignal.timeout(20),
      }),
    ).rejects.toMatchObject({ code: 'stoa.backend.timeout' });
    const agent = guarded.dispatcher({ headersTimeout: 1 });
    const error = await request(`http://127.0.0.1:${port}/`, {
      dispatcher: agent,
    }).catch(toBackendError);
    expect(error).toMatchObject({ code: 'stoa.backend.timeout' });
    await agent.close();
  });

  it.each(['127.0.0.1', ':80', 'http://a:80', 'a:0', 'a:70000', 'a b:80', '*'])(
    'does not start with the entry "%s"',
    entry => {
      expect(() => createDialler({ allow: [entry] })).toThrow(/host:port/);
    },
  );
});
