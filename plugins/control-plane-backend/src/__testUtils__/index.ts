import {
  coreServices,
  createServiceFactory,
  RootLoggerService,
  SchedulerServiceTaskInvocationDefinition,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { JsonObject } from '@backstage/types';
import {
  FINE_SCOPES,
  Principal,
  StoaError,
  TenantRole,
} from '@stoa/plugin-stoa-common';
import {
  EmbeddedGitRepository,
  gitOpsServiceRef,
  IdentityAdmin,
  identityAdminServiceRef,
  metricsEndpoint,
  principalServiceRef,
} from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import controlPlanePlugin from '../index';
import { openIdentityAdmin } from './identity';
import { catalogOfPeople } from './catalogOfPeople';
import { promisedAnswers } from './promised';
import { TREE } from './tree';

/** People of the tests, as the identity provider would grant them. */
export const PEOPLE: Readonly<Record<string, Principal>> = Object.fromEntries(
  [
    person('platform-admin', {}, true),
    person('acme-admin', { 'acme-corp': ['tenant-admin'] }),
    person('acme-devops', { 'acme-corp': ['devops'] }),
    person('acme-viewer', { 'acme-corp': ['viewer'] }),
    person('demo-admin', { 'demo-tenant': ['tenant-admin'] }),
    person('consumer', {}),
    person('other-consumer', {}),
    {
      ...person('plugin:api-runtime', {}),
      kind: 'service' as const,
      scopes: ['stoa:gateway', 'stoa:keys:validate'],
    },
    {
      ...person('executor', {}),
      kind: 'service' as const,
      scopes: ['stoa:deployments:report'],
    },
  ].map(p => [p.subject, p]),
);

function person(
  subject: string,
  grants: Record<string, TenantRole[]>,
  platformAdmin = false,
): Principal {
  return {
    subject,
    kind: 'user',
    platformAdmin,
    grants,
    scopes: FINE_SCOPES,
  };
}

/** A control plane over a real Git repository with the tenants of `tree.ts`; only who is asking is given. */
export interface TestControlPlane {
  readonly url: string;
  readonly dataDir: string;
  readonly repository: EmbeddedGitRepository;
  /** Calls `/api/control-plane`, which must answer as the contract promises, as one of `PEOPLE`, with all that they may or, after a space, some scopes only. */
  as(subject: string): {
    get(path: string): request.Test;
    post(path: string, body?: object): request.Test;
    put(path: string, body?: object): request.Test;
    patch(path: string, body?: object): request.Test;
    delete(path: string): request.Test;
  };
  readonly signals: {
    channel: string;
    message: unknown;
    recipients: unknown;
  }[];
  readonly notifications: { payload: { title: string }; recipients: unknown }[];
  /** The periodic work, now. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

export async function startControlPlane(options: {
  knex: Knex;
  dataDir?: string;
  requestsPerMinute?: number;
  /** Internal addresses that may be called, beside those of the sample services. */
  allow?: readonly string[];
  logger?: RootLoggerService;
  executor?: 'built-in' | 'external';
  /** Of `stoa.notifications`. */
  notificationsConfig?: JsonObject;
  /** What the identity provider does otherwise than well. */
  identityAdmin?: Partial<IdentityAdmin>;
  /** Where metrics are served. */
  metricsPort?: number;
}): Promise<TestControlPlane> {
  const dataDir =
    options.dataDir ?? (await mkdtemp(join(tmpdir(), 'stoa-control-plane-')));
  const repository = await EmbeddedGitRepository.open({
    gitDir: join(dataDir, 'stoa-gitops.git'),
  });
  if ((await repository.head()) === undefined) {
    await repository.commit({
      changes: TREE,
      message: 'Begin',
      author: { name: 'Tests', email: 'tests@example.com' },
    });
  }
  const identityAdmin = await openIdentityAdmin(
    dataDir,
    Object.values(PEOPLE),
    options.identityAdmin,
  );
  const signals: TestControlPlane['signals'] = [];
  const notifications: TestControlPlane['notifications'] = [];
  const tasks: SchedulerServiceTaskInvocationDefinition[] = [];
  const backend = await startTestBackend({
    features: [
      controlPlanePlugin,
      metricsEndpoint,
      mockServices.scheduler.mock({
        scheduleTask: async task => void tasks.push(task),
      }).factory,
      mockServices.rootConfig.factory({
        data: {
          backend: { baseUrl: 'http://localhost:7007', listen: ':0' },
          stoa: {
            dataDir,
            management: { port: options.metricsPort },
            notifications: options.notificationsConfig ?? {},
            deployments: { executor: options.executor ?? 'built-in' },
            limits: {
              requestsPerMinute: options.requestsPerMinute ?? 1_000_000,
            },
            network: {
              allow: [
                '127.0.0.1:7011',
                '127.0.0.1:7012',
                '127.0.0.1:7013',
                '127.0.0.1:7014',
                ...(options.allow ?? []),
              ],
            },
          },
        },
      }),
      createServiceFactory({
        service: coreServices.rootLogger,
        deps: {},
        factory: () => options.logger ?? mockServices.rootLogger(),
      }),
      createServiceFactory({
        service: coreServices.database,
        deps: {},
        factory: () => mockServices.database({ knex: options.knex }),
      }),
      createServiceFactory({
        service: gitOpsServiceRef,
        deps: {},
        factory: () => repository,
      }),
      createServiceFactory({
        service: principalServiceRef,
        deps: {},
        factory: () => ({
          async authenticate(req) {
            const [, subject, ...scopes] = (
              req.header('authorization') ?? ''
            ).split(' ');
            const found = PEOPLE[subject];
            if (!found)
              throw new StoaError('stoa.unauthenticated', 'Sign in first.');
            return scopes.length > 0 ? { ...found, scopes } : found;
          },
        }),
      }),
      createServiceFactory({
        service: identityAdminServiceRef,
        deps: {},
        factory: () => identityAdmin,
      }),
      createServiceFactory({
        service: signalsServiceRef,
        deps: {},
        factory: () => ({
          async publish(signal) {
            signals.push(signal as (typeof signals)[number]);
          },
        }),
      }),
      createServiceFactory({
        service: catalogServiceRef,
        deps: {},
        factory: () => catalogOfPeople(options.knex),
      }),
      createServiceFactory({
        service: notificationService,
        deps: {},
        factory: () => ({
          async send(notification) {
            notifications.push(notification as (typeof notifications)[number]);
          },
        }),
      }),
    ],
  });
  const check = await promisedAnswers();
  const address = backend.server.address();
  const url = `http://127.0.0.1:${
    typeof address === 'object' ? address?.port : address
  }/api/control-plane`;
  return {
    url,
    dataDir,
    repository,
    signals,
    notifications,
    as(subject) {
      const call =
        (method: 'get' | 'post' | 'put' | 'patch' | 'delete') =>
        (path: string, body?: object) => {
          const sent = request(url)
            [method](path)
            .set('Authorization', `Bearer ${subject}`)
            .expect(answer => check(method, path, answer));
          return body === undefined ? sent : sent.send(body);
        };
      return {
        get: call('get'),
        post: call('post'),
        put: call('put'),
        patch: call('patch'),
        delete: call('delete'),
      };
    },
    async sweep() {
      for (const { fn } of tasks) await fn(new AbortController().signal);
    },
    async stop() {
      await backend.stop();
      await repository.close();
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Asks again until the check passes; its own last failure is the error. */
export async function eventually<T>(
  check: () => Promise<T>,
  milliseconds = 20_000,
): Promise<T> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise(resolve => setImmediate(resolve));
    }
  }
}
