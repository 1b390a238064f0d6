import { createBackend } from '@backstage/backend-defaults';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import {
  MeteringEvent,
  metricsEndpoint,
  stoaRootHttpRouter,
} from '@stoa/plugin-stoa-node';
import {
  Facts,
  FakeControlPlane,
  freePort,
  spooled,
  TestIssuer,
  until,
  Upstream,
} from '@stoa/plugin-stoa-node/testUtils';
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import plugin from '..';

export interface Runtime {
  readonly port: number;
  readonly url: string;
  /** Where Prometheus would ask. */
  readonly metricsUrl: string;
  readonly log: string[];
  stop(): Promise<void>;
}

/** A whole backend with the data plane in it, on a port of its own. */
export async function startRuntime(options: {
  controlPlane: FakeControlPlane;
  dataDir: string;
  allow?: readonly string[];
  gateway?: Record<string, number | string[]>;
  issuer?: Upstream;
}): Promise<Runtime> {
  const port = await freePort();
  const metricsPort = await freePort();
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
  const backend = createBackend();
  backend.add(plugin);
  backend.add(stoaRootHttpRouter);
  backend.add(metricsEndpoint);
  backend.add(mockServices.auth.factory());
  backend.add(
    mockServices.rootConfig.factory({
      data: {
        backend: {
          baseUrl: `http://127.0.0.1:${port}`,
          listen: { host: '127.0.0.1', port },
        },
        stoa: {
          dataDir: options.dataDir,
          management: { port: metricsPort },
          network: { allow: [...(options.allow ?? [])] },
          ...(options.issuer && {
            devIdentity: { enabled: false },
            issuers: [
              { issuer: options.issuer.url, audiences: ['the-platform'] },
            ],
          }),
          gateway: options.gateway ?? {},
        },
      },
    }),
  );
  backend.add(
    createServiceFactory({
      service: coreServices.rootLogger,
      deps: {},
      factory: () => logger,
    }),
  );
  backend.add(
    createServiceFactory({
      service: coreServices.discovery,
      deps: {},
      factory: () => ({
        getBaseUrl: async () => options.controlPlane.url,
        getExternalBaseUrl: async () => options.controlPlane.url,
      }),
    }),
  );
  await backend.start();
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    log,
    stop: () => backend.stop(),
  };
}

/** What a test of the running data plane works with. */
export interface Harness {
  readonly controlPlane: FakeControlPlane;
  readonly upstream: Upstream;
  /** Another backend that may be called. */
  readonly second: Upstream;
  readonly runtime: Runtime;
  readonly issuer: TestIssuer;
  /** A key that works, made anew for each test. */
  key: string;
  hash: string;
  /** An access token for the data plane. */
  token(claims?: Record<string, unknown>): Promise<string>;
  /** Calls with the key, without following redirects. */
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Metering events of a call that exist at this moment, on disk or delivered. */
  meteredNow(requestId: string | null): MeteringEvent[];
  /** The one metering event of a call, waited for. */
  metered(requestId: string | null): Promise<MeteringEvent>;
}

/** The path of the API that every harness serves. */
export const CRM = '/gateway/dev/acme/crm/v1';

/** Starts control plane, upstream and data plane for the tests of a file, and stops them after. */
export function useRuntime(
  gateway: Record<string, number | string[]> = {},
): Harness {
  // A whole backend starts; other tests may have the machine meanwhile.
  jest.setTimeout(30_000);
  const directory = createMockDirectory();
  let runtime: Runtime;
  let stopKeys: (() => Promise<void>) | undefined;
  const harness = {
    key: '',
    hash: '',
    get runtime() {
      return runtime;
    },
    call: (path: string, init: RequestInit = {}) =>
      fetch(runtime.url + path, {
        redirect: 'manual',
        ...init,
        headers: { 'x-api-key': harness.key, ...init.headers },
      }),
    token: (claims: Record<string, unknown> = {}) =>
      harness.issuer.token({ aud: `${runtime.url}/gateway`, ...claims }),
    meteredNow(requestId: string | null) {
      const spool = join(directory.path, 'spool', 'api-runtime');
      const found = new Map<string, MeteringEvent>();
      for (const event of [...spooled(spool), ...harness.controlPlane.events]) {
        if (event.request_id === requestId) found.set(event.event_id, event);
      }
      return [...found.values()];
    },
    async metered(requestId: string | null) {
      await until(() => harness.meteredNow(requestId).length > 0);
      const [event, ...more] = harness.meteredNow(requestId);
      expect(more).toEqual([]);
      return event;
    },
  } as { -readonly [K in keyof Harness]: Harness[K] };

  beforeAll(async () => {
    const controlPlane = await FakeControlPlane.start();
    const upstream = await Upstream.start();
    const second = await Upstream.start();
    const keys = await Upstream.start();
    const issuer = new TestIssuer(keys.url);
    await issuer.rotate('k1');
    keys.respond = async (req, res) => {
      const answer = await issuer.fetch(keys.url + req.url);
      res.writeHead(answer.status).end(await answer.text());
    };
    stopKeys = () => keys.stop();
    Object.assign(harness, { controlPlane, upstream, second, issuer });
    controlPlane.putRoute('dev/acme/crm/v1', `${upstream.url}/base/`);
    runtime = await startRuntime({
      controlPlane,
      dataDir: directory.path,
      allow: [
        upstream.allowance,
        second.allowance,
        keys.allowance,
        '127.0.0.1:1',
      ],
      issuer: keys,
      gateway,
    });
    await until(async () => (await fetch(`${runtime.url}/ready`)).ok);
  });

  beforeEach(() => {
    Object.assign(harness, makeKey(harness.controlPlane));
    harness.upstream.respond = (_req, res) => res.end('ok');
  });

  afterAll(async () => {
    await runtime?.stop();
    await harness.upstream?.stop();
    await harness.second?.stop();
    await harness.controlPlane?.stop();
    await stopKeys?.();
  });
  return harness;
}

/** A key of the API's, as the control plane knows it. */
export function makeKey(
  controlPlane: FakeControlPlane,
  facts: Facts = {},
  prefix = 'stoa_sk_',
): { key: string; hash: string } {
  const key = `${prefix}${randomBytes(16).toString('hex')}`;
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
    rate_limit: 1_000_000,
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
