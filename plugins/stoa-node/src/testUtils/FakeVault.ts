import { once } from 'node:events';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';

interface Answer {
  readonly status: number;
  readonly body?: object;
}

interface Entry {
  version: number;
  data?: object;
}

const TOKEN = 'hvs.test-token';
const PERMISSION_DENIED = {
  status: 403,
  body: { errors: ['permission denied'] },
};

/**
 * The part of Vault's HTTP API that the adapter uses, as its documentation
 * describes it; anything else is answered with 501.
 *
 * - KV version 2: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
 * - tokens: https://developer.hashicorp.com/vault/api-docs/auth/token
 * - errors: https://developer.hashicorp.com/vault/api-docs#http-status-codes
 */
export class FakeVault {
  readonly token = TOKEN;
  readonly requests: { path: string; namespace?: string }[] = [];
  /** Answers every call with this status, as a sealed (503) or a standby (307) server does. */
  outage?: { status: number; headers?: Record<string, string> };
  readonly #entries = new Map<string, Entry>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(error => {
        response
          .writeHead(500)
          .end(JSON.stringify({ errors: [String(error)] }));
      });
    });
  }

  static async start(): Promise<FakeVault> {
    const vault = new FakeVault();
    vault.#server.listen(0, '127.0.0.1');
    await once(vault.#server, 'listening');
    return vault;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Deletes the latest version, as an operator does by hand: its metadata stay. */
  softDelete(path: string): void {
    this.#entries.get(path)!.data = undefined;
  }

  /** Everything that is kept, by path. */
  get kept(): Readonly<Record<string, object | undefined>> {
    return Object.fromEntries(
      [...this.#entries].map(([path, entry]) => [path, entry.data]),
    );
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = String(request.url);
    this.requests.push({
      path,
      namespace: request.headers['x-vault-namespace'] as string | undefined,
    });
    if (this.outage) {
      response.writeHead(this.outage.status, this.outage.headers).end();
      return;
    }
    const { status, body } =
      request.headers['x-vault-token'] === TOKEN
        ? this.#answer(String(request.method), path, Buffer.concat(chunks))
        : PERMISSION_DENIED;
    response
      .writeHead(status, { 'Content-Type': 'application/json' })
      .end(body && JSON.stringify(body));
  }

  #answer(method: string, path: string, bytes: Buffer): Answer {
    if (method === 'GET' && path === '/v1/auth/token/lookup-self') {
      return { status: 200, body: { data: { policies: ['stoa'] } } };
    }
    const [, kind, name] =
      /^\/v1\/secret\/(data|metadata)\/(.+)$/.exec(path) ?? [];
    if (kind === 'data' && method === 'GET') return this.#read(name);
    if (kind === 'data' && method === 'POST') {
      return this.#write(name, JSON.parse(bytes.toString()));
    }
    if (kind === 'metadata' && method === 'DELETE') {
      this.#entries.delete(name);
      return { status: 204 };
    }
    return { status: 501, body: { errors: ['not in this fake'] } };
  }

  #read(name: string): Answer {
    const entry = this.#entries.get(name);
    if (!entry) return { status: 404, body: { errors: [] } };
    const metadata = { version: entry.version, destroyed: false };
    // A deleted version answers 404 as well, but with its metadata.
    return entry.data
      ? { status: 200, body: { data: { data: entry.data, metadata } } }
      : { status: 404, body: { data: { data: null, metadata } } };
  }

  #write(
    name: string,
    { options, data }: { options?: { cas?: number }; data: object },
  ): Answer {
    const version = this.#entries.get(name)?.version ?? 0;
    if (options?.cas !== undefined && options.cas !== version) {
      const error = 'check-and-set parameter did not match the current version';
      return { status: 400, body: { errors: [error] } };
    }
    this.#entries.set(name, { version: version + 1, data });
    return { status: 200, body: { data: { version: version + 1 } } };
  }
}
