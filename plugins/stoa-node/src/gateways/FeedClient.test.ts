import { mockServices } from '@backstage/backend-test-utils';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo, Socket } from 'node:net';
import { FeedClient } from './FeedClient';

/** A feed whose words the test chooses. Each connection is kept, newest last. */
class FakeFeed {
  readonly requests: IncomingMessage[] = [];
  readonly streams: ServerResponse[] = [];
  status = 200;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((req, res) => {
    this.requests.push(req);
    res.writeHead(this.status, { 'content-type': 'text/event-stream' });
    if (this.status !== 200) {
      res.end();
      return;
    }
    res.flushHeaders();
    this.streams.push(res);
  }).on('connection', socket => this.#sockets.add(socket));

  async listen(): Promise<void> {
    await new Promise<void>(done => {
      this.#server.listen(0, '127.0.0.1', done);
    });
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/v1/feed`;
  }

  say(event: string, data?: unknown, id?: number): void {
    this.streams
      .at(-1)!
      .write(
        `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}${
          data === undefined ? '' : `data: ${JSON.stringify(data)}\n`
        }\n`,
      );
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(done => {
      this.#server.close(done);
    });
  }
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 8_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error('condition never came true');
    await new Promise(done => {
      setTimeout(done, 5);
    });
  }
}

describe('FeedClient', () => {
  let feed: FakeFeed;
  let client: FeedClient;
  let told: string[];
  let failOn: string | undefined;
  let tokens: number;

  beforeEach(async () => {
    feed = new FakeFeed();
    await feed.listen();
    told = [];
    failOn = undefined;
    tokens = 0;
    client = new FeedClient({
      url: async () => feed.url,
      token: async () => `token-${(tokens += 1)}`,
      kinds: ['route', 'key'],
      logger: mockServices.logger.mock(),
      onReset: () => told.push('reset'),
      onItem: item => {
        if (item.key === failOn) throw new Error('cannot take it');
        told.push(`${item.op} ${item.key} ${JSON.stringify(item.value)}`);
      },
      onSynced: seq => told.push(`synced ${seq}`),
    });
  });

  afterEach(async () => {
    await client.stop();
    await feed.close();
  });

  async function sync(): Promise<void> {
    client.start();
    await until(() => feed.streams.length === 1);
    feed.say('reset');
    feed.say('item', { kind: 'route', op: 'put', key: 'a', value: { n: 1 } });
    feed.say('synced', { seq: 7 });
    await until(() => told.includes('synced 7'));
  }

  it('asks for its kinds with a token, tells of the state, then of changes', async () => {
    expect(client.state()).toBe('stopped');
    expect(client.lastSeenMs).toBe(Infinity);
    await sync();
    feed.say('news from the future', {});
    feed.say('item', { kind: 'key', op: 'delete', key: 'b' }, 8);
    await until(() => told.length === 4);

    expect(told).toEqual([
      'reset',
      'put a {"n":1}',
      'synced 7',
      'delete b undefined',
    ]);
    expect(client.state()).toBe('live');
    const [request] = feed.requests;
    expect(request.url).toBe('/v1/feed?kinds=route%2Ckey');
    expect(request.headers.authorization).toBe('Bearer token-1');
  });

  it('is stale after a second of silence, and live again with a heartbeat', async () => {
    await sync();
    await until(() => client.state() === 'stale');
    expect(client.lastSeenMs).toBeGreaterThan(1_000);
    feed.streams[0].write(': heartbeat\n\n');
    await until(() => client.state() === 'live');
  });

  it('comes back with a fresh token from where it was', async () => {
    await sync();
    feed.say('item', { kind: 'key', op: 'delete', key: 'b' }, 8);
    await until(() => told.length === 4);
    feed.streams[0].destroy();
    await until(() => feed.requests.length === 2);

    expect(feed.requests[1].url).toBe('/v1/feed?kinds=route%2Ckey&after=8');
    expect(feed.requests[1].headers.authorization).toBe('Bearer token-2');
    feed.say('item', { kind: 'key', op: 'delete', key: 'c' }, 9);
    await until(() => told.length === 5);
    expect(told.filter(t => t === 'reset')).toHaveLength(1);
    expect(client.state()).toBe('live');
  });

  it('begins anew when cut before it was complete, refused, or sent nonsense', async () => {
    client.start();
    await until(() => feed.streams.length === 1);
    feed.say('reset');
    feed.say('item', { kind: 'route', op: 'put', key: 'a', value: {} }, 9);
    await until(() => client.state() === 'syncing' && told.length === 2);
    feed.status = 503;
    feed.streams[0].destroy();
    await until(() => feed.requests.length >= 3);
    feed.status = 200;
    await until(() => feed.streams.length === 2);
    expect(client.state()).toBe('connecting');
    // An item that no reset came before could be half of a picture.
    feed.say('item', { kind: 'route', op: 'put', key: 'lost', value: {} }, 10);
    await until(() => feed.streams.length === 3);
    feed.say('reset');
    feed.say('item', { kind: 'weather', op: 'put', key: 'x' }, 11);
    await until(() => feed.streams.length === 4);

    expect(told).toEqual(['reset', 'put a {}', 'reset']);
    for (const { url } of feed.requests) expect(url).not.toContain('after');
  });

  it('loses nothing when a callback fails: it starts from a reset', async () => {
    await sync();
    failOn = 'b';
    feed.say('item', { kind: 'key', op: 'delete', key: 'b' }, 8);
    await until(() => feed.streams.length === 2);
    expect(feed.requests[1].url).not.toContain('after');
    expect(client.state()).toBe('connecting');
  });

  it('gives up a connection that says nothing for long, and stops at once', async () => {
    await sync();
    await until(() => feed.requests.length === 2);
    expect(feed.requests[1].url).toContain('after=7');
    const closed = new Promise(done => {
      feed.streams[1].on('close', done);
    });
    await client.stop();
    await closed;
    expect(client.state()).toBe('stopped');
  }, 15_000);
});
