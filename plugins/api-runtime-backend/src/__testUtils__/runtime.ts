import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { stoaRootHttpRouter } from '@stoa/plugin-stoa-node';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, RequestListener, Server } from 'node:http';
import { AddressInfo, connect } from 'node:net';
import plugin from '..';
import { Facts, FakeControlPlane } from './FakeControlPlane';

export interface Runtime {
  readonly port: number;
  readonly url: string;
  readonly log: string[];
  stop(): Promise<void>;
}

/** A whole backend with the data plane in it, on a port of its own. */
export async function startRuntime(options: {
  controlPlane: FakeControlPlane;
  dataDir: string;
  allow?: readonly string[];
  gateway?: Record<string, number | string[]>;
}): Promise<Runtime> {
  const port = await freePort();
  const log: string[] = [];
  const write = (message: string, meta?: unknown) => {
    log.push(`${message} ${JSON.stringify(meta ?? {})}`);
  };
  const logger = mockServices.rootLogger.mock({
    child: () => logger,
    info: write,
    warn: write,
    error: write,
  });
  const backend = await startTestBackend({
    features: [
      plugin,
      stoaRootHttpRouter,
      mockServices.rootConfig.factory({
        data: {
          backend: {
            baseUrl: `http://127.0.0.1:${port}`,
            listen: { host: '127.0.0.1', port },
          },
          stoa: {
            dataDir: options.dataDir,
            network: { allow: options.allow ?? [] },
            gateway: options.gateway ?? {},
          },
        },
      }),
      createServiceFactory({
        service: coreServices.rootLogger,
        deps: {},
        factory: () => logger,
      }),
      createServiceFactory({
        service: coreServices.logger,
        deps: {},
        factory: () => logger,
      }),
      createServiceFactory({
        service: coreServices.discovery,
        deps: {},
        factory: () => ({
          getBaseUrl: async () => options.controlPlane.url,
          getExternalBaseUrl: async () => options.controlPlane.url,
        }),
      }),
    ],
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    log,
    stop: () => backend.stop(),
  };
}

/** A backend of an API. What it answers can be changed at any time. */
export class Upstream {
  respond: RequestListener = (_req, res) => res.end('ok');
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((req, res) => this.respond(req, res));
  }

  static async start(): Promise<Upstream> {
    const upstream = new Upstream();
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get allowance(): string {
    return `127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** A key of the API's, as the control plane knows it. */
export function makeKey(
  controlPlane: FakeControlPlane,
  facts: Facts = {},
): { key: string; hash: string } {
  const key = `stoa_sk_${randomBytes(16).toString('hex')}`;
  const hash = createHash('sha256').update(key).digest('hex');
  controlPlane.keys.set(hash, {
    status: 'active',
    subscription_id: `sub-${hash.slice(0, 8)}`,
    application_id: 'app-1',
    application_name: 'App',
    subscriber_id: 'ann',
    tenant_id: 'acme',
    api_id: 'crm',
    plan: 'basic',
    rate_limit: 1_000,
    burst: 0,
    expires_at: null,
    ...facts,
  });
  return { key, hash };
}

/** Sends bytes as they are, and gives what comes until the connection ends. */
export async function rawExchange(
  port: number,
  bytes: string,
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes, 'latin1');
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

export async function until(
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  while (!(await condition())) {
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
