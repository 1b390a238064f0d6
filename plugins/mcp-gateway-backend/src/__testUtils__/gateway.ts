import { createBackend } from '@backstage/backend-defaults';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { CompiledTool, ServerItem } from '@stoa/plugin-stoa-common';
import { MeteringEvent, stoaRootHttpRouter } from '@stoa/plugin-stoa-node';
import {
  FakeControlPlane,
  freePort,
  spooled,
  TestIssuer,
  until,
  Upstream,
} from '@stoa/plugin-stoa-node/testUtils';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import plugin from '..';
import { CREATE, GET, LIST, OPS, serverOf } from './tools';

/** What a test of the running gateway works with. */
export interface Harness {
  readonly controlPlane: FakeControlPlane;
  /** The service behind every tool. */
  readonly upstream: Upstream;
  readonly issuer: TestIssuer;
  readonly url: string;
  readonly log: string[];
  /** An access token for the gateway; `undefined` takes a claim out. */
  token(claims?: Record<string, unknown>): Promise<string>;
  /** A key of a subscription to a server's tools. */
  key(facts?: Record<string, unknown>): { key: string; hash: string };
  /** The one metering event of a request, waited for. */
  metered(requestId: string | null): Promise<MeteringEvent>;
  meteredNow(requestId: string | null): MeteringEvent[];
}

export const MEMBER = {
  sub: 'acme-devops',
  groups: ['/tenants/acme/devops'],
  scope: 'openid stoa:read stoa:tools:execute',
};

/** Starts control plane, service, issuer and gateway for the tests of a file, and stops them after. */
export function useGateway(
  options: {
    mcp?: Record<string, number | string[]>;
    gateway?: Record<string, number>;
  } = {},
): Harness {
  jest.setTimeout(60_000);
  const directory = createMockDirectory();
  const log: string[] = [];
  let stop: (() => Promise<void>)[] = [];
  const harness = {
    log,
    token: (claims: Record<string, unknown> = {}) =>
      harness.issuer.token({ aud: `${harness.url}/mcp`, ...MEMBER, ...claims }),
    key(facts: Record<string, unknown> = {}) {
      const key = `stoa_mcp_${randomBytes(16).toString('hex')}`;
      const hash = createHash('sha256').update(key).digest('hex');
      harness.controlPlane.keys.set(hash, {
        kind: 'mcp',
        status: 'active',
        subscriber_id: 'consumer',
        ...subscription(),
        ...facts,
      });
      return { key, hash };
    },
    meteredNow(requestId: string | null) {
      const spool = join(directory.path, 'spool', 'mcp-gateway');
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
    const keys = await Upstream.start();
    const issuer = new TestIssuer(keys.url);
    await issuer.rotate('k1');
    keys.respond = async (req, res) => {
      const answer = await issuer.fetch(keys.url + req.url);
      res.writeHead(answer.status).end(await answer.text());
    };
    for (const tenant of ['acme', 'globex']) {
      controlPlane.putRoute(`dev/${tenant}/crm/1.0.0`, `${upstream.url}/base`);
    }
    serve(controlPlane, serverOf('acme', 'crm-tools'), [GET, LIST, CREATE]);
    serve(controlPlane, serverOf('globex', 'ops', 'private'), [OPS]);

    const port = await freePort();
    Object.assign(harness, {
      controlPlane,
      upstream,
      issuer,
      url: `http://127.0.0.1:${port}`,
    });
    const backend = createGateway(harness, {
      port,
      dataDir: directory.path,
      issuer: keys,
      ...options,
    });
    await backend.start();
    stop = [
      () => backend.stop(),
      () => controlPlane.stop(),
      () => upstream.stop(),
      () => keys.stop(),
    ];
    await until(async () => (await fetch(`${harness.url}/ready`)).ok);
  });

  beforeEach(() => {
    harness.upstream.respond = (req, res) => {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ id: 7, url: req.url }));
    };
  });

  afterAll(async () => {
    for (const end of stop) await end();
  });

  return harness;
}

/** An active subscription as a lookup answers it. */
export function subscription(facts: Record<string, unknown> = {}) {
  return {
    subscription_id: 'sub-1',
    tenant_id: 'acme',
    server_id: 'acme-crm-tools',
    tools: 'all',
    plan: 'basic',
    rate_limit: 1_000_000,
    burst: 0,
    expires_at: null,
    ...facts,
  };
}

export function serve(
  controlPlane: FakeControlPlane,
  server: ServerItem,
  tools: readonly CompiledTool[],
): void {
  controlPlane.put('server', server.id, server);
  for (const tool of tools) {
    const item = { server_id: server.id, tool };
    controlPlane.put('tool', `${server.id}/${tool.name}`, item);
  }
}

function createGateway(
  harness: Harness,
  options: {
    port: number;
    dataDir: string;
    issuer: Upstream;
    mcp?: Record<string, number | string[]>;
    gateway?: Record<string, number>;
  },
) {
  const { controlPlane, upstream, log, url } = harness;
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
  backend.add(mockServices.auth.factory());
  backend.add(mockServices.userInfo.factory());
  backend.add(
    mockServices.rootConfig.factory({
      data: {
        backend: {
          baseUrl: url,
          listen: { host: '127.0.0.1', port: options.port },
        },
        stoa: {
          dataDir: options.dataDir,
          devIdentity: { enabled: false },
          issuers: [
            {
              issuer: options.issuer.url,
              audiences: [`${url}/api/control-plane`],
            },
          ],
          network: { allow: [upstream.allowance, options.issuer.allowance] },
          mcp: options.mcp ?? {},
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
        getBaseUrl: async () => controlPlane.url,
        getExternalBaseUrl: async () => controlPlane.url,
      }),
    }),
  );
  return backend;
}
