import { MeteringEvent } from '../metering';
import { once } from 'node:events';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { FeedKind } from '../gateways/FeedClient';

type Item = {
  kind: FeedKind;
  op: 'put' | 'delete';
  key: string;
  value?: Record<string, unknown>;
};

export type Facts = Record<string, unknown>;

/** The part of the control plane's contract that a gateway uses, kept in memory. */
export class FakeControlPlane {
  readonly routes = new Map<string, Record<string, unknown>>();
  readonly keys = new Map<string, Facts>();
  /** Answers about people, by subject. */
  readonly people = new Map<string, Facts>();
  /** Answers about clients of the identity provider, by client id. */
  readonly clients = new Map<string, Facts>();
  /** What was used of any quota; no answer without it. */
  used: { used_today: number; used_this_month: number } | undefined = {
    used_today: 0,
    used_this_month: 0,
  };
  /** Quotas that were asked about, in order. */
  readonly quotas: Facts[] = [];
  readonly servers = new Map<string, Facts>();
  /** By `<server id>/<name>`. */
  readonly tools = new Map<string, Facts>();
  /** What definitions say, by deployment. */
  readonly descriptions = new Map<string, object>();
  /** Deployments whose definition was asked for, in order. */
  readonly described: string[] = [];
  readonly events: MeteringEvent[] = [];
  readonly errors: Facts[] = [];
  /** Hashes that were looked up, in order. */
  readonly lookups: string[] = [];
  /** Runs after a lookup was read, before it is answered. */
  beforeAnswer: (() => Promise<void>) | undefined;
  /** Every request but the feed is cut. */
  down = false;
  /** The feed says nothing, heartbeats neither. */
  silent = false;
  readonly #server: Server;
  readonly #feeds = new Set<ServerResponse>();
  #seq = 1;

  private constructor() {
    this.#server = createServer((req, res) => {
      this.#serve(req, res).catch(() => res.destroy());
    });
  }

  static async start(): Promise<FakeControlPlane> {
    const fake = new FakeControlPlane();
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/api/control-plane`;
  }

  get listeners(): number {
    return this.#feeds.size;
  }

  push(item: Item): void {
    this.#seq++;
    for (const feed of this.#feeds) {
      this.#write(feed, 'item', item, this.#seq);
    }
  }

  putRoute(
    key: string,
    backendUrl: string,
    policies: readonly Record<string, unknown>[] = [],
  ): void {
    const [environment, tenant_id, api_id, version] = key.split('/');
    const value = {
      environment,
      tenant_id,
      api_id,
      version,
      backend_url: backendUrl,
      deployment_id: `d-${key}`,
      policies,
    };
    this.routes.set(key, value);
    this.push({ kind: 'route', op: 'put', key, value });
  }

  /** Keeps an item of the feed, and tells of it. */
  put(kind: 'server' | 'tool', key: string, value: object): void {
    const items = kind === 'server' ? this.servers : this.tools;
    items.set(key, value as Facts);
    this.push({ kind, op: 'put', key, value: value as Facts });
  }

  dropFeeds(): void {
    for (const feed of this.#feeds) feed.destroy();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (!/^Bearer \S+$/.test(req.headers.authorization ?? '')) {
      res.writeHead(401).end();
      return;
    }
    if (req.url?.startsWith('/api/control-plane/v1/feed?')) {
      this.#feed(res);
      return;
    }
    let body = '';
    for await (const chunk of req) body += chunk;
    if (this.down) {
      res.destroy();
      return;
    }
    const described = /\/v1\/gateways\/descriptions\/(.+)$/.exec(req.url ?? '');
    if (described) {
      const description = this.descriptions.get(
        decodeURIComponent(described[1]),
      );
      this.described.push(decodeURIComponent(described[1]));
      if (!description) res.writeHead(404).end();
      else res.end(JSON.stringify(description));
      return;
    }
    if (req.url === '/api/control-plane/v1/gateways/lookup') {
      const { key_hash, subject, client_id, quota } = JSON.parse(body);
      if (quota) {
        this.quotas.push(quota);
        if (!this.used) res.destroy();
        else res.end(JSON.stringify({ found: true, ...this.used }));
        return;
      }
      this.lookups.push(key_hash ?? subject ?? client_id);
      const nothing = { subscriptions: [], api_subscriptions: [] };
      const facts =
        key_hash === undefined
          ? {
              ...nothing,
              ...(this.people.get(subject) ?? this.clients.get(client_id)),
            }
          : this.keys.get(key_hash);
      await this.beforeAnswer?.();
      res.setHeader('content-type', 'application/json');
      res.end(
        JSON.stringify(facts ? { found: true, ...facts } : { found: false }),
      );
    } else if (req.url === '/api/control-plane/v1/gateways/events') {
      const { metering, errors = [] } = JSON.parse(body);
      this.events.push(...metering);
      this.errors.push(...errors);
      res.writeHead(202).end();
    } else {
      res.writeHead(501).end();
    }
  }

  #feed(res: ServerResponse): void {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#feeds.add(res);
    const heartbeat = setInterval(() => {
      if (!this.silent) res.write(':\n\n');
    }, 50);
    res.once('close', () => {
      clearInterval(heartbeat);
      this.#feeds.delete(res);
    });
    this.#write(res, 'reset', {});
    const state = {
      route: this.routes,
      server: this.servers,
      tool: this.tools,
    };
    for (const [kind, items] of Object.entries(state)) {
      for (const [key, value] of items) {
        this.#write(res, 'item', { kind, op: 'put', key, value }, 0);
      }
    }
    this.#write(res, 'synced', { seq: this.#seq });
  }

  #write(res: ServerResponse, event: string, data: unknown, id?: number): void {
    if (this.silent) return;
    const head = id === undefined ? '' : `id: ${id}\n`;
    res.write(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}
