/**
 * A control plane in a process of its own that kills itself (SIGKILL) at a
 * given point: `node --require <transform> crashing.ts '{"dataDir", "database",
 * "watched", "dieAt"}'`. It prints a JSON line whenever the watched event reaches a
 * consumer, and `{"ready": url}` when it serves.
 */
import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { FINE_SCOPES, StoaEvent } from '@stoa/plugin-stoa-common';
import {
  EmbeddedGitRepository,
  EmbeddedIdentityAdmin,
  EncryptedFileStore,
  InProcessEventBus,
  Message,
  WasmPolicyEngine,
  createDialler,
  repositoryRoot,
} from '@stoa/plugin-stoa-node';
import express from 'express';
import knexFactory, { Knex } from 'knex';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ControlPlane } from '../ControlPlane';
import { catalogOfPeople } from './catalogOfPeople';
import { TREE } from './tree';

interface Orders {
  readonly dataDir: string;
  readonly database: Knex.Config;
  /** Internal addresses that may be called, beside the backend's. */
  readonly allow?: readonly string[];
  /** Of `stoa.notifications`. */
  readonly notifications?: JsonObject;
  /** The event by its type and by the id, in its payload, of what was made. */
  readonly watched: { readonly type: string; readonly id: string };
  /** Where to die; without it the process lives until it is told to stop. */
  readonly dieAt?:
    | 'after-commit'
    | 'before-event'
    | 'after-event'
    | 'provisioning';
}

const orders: Orders = JSON.parse(process.argv[2]);

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const die = () => process.kill(process.pid, 'SIGKILL');

const logger: LoggerService = {
  error: (message, meta) =>
    process.stderr.write(`${message} ${JSON.stringify(meta ?? '')}\n`),
  warn: message => process.stderr.write(`${message}\n`),
  info: () => {},
  debug: () => {},
  child: () => logger,
};

function isWatched({ event_type: type, payload }: StoaEvent): boolean {
  const { watched } = orders;
  return type === watched.type && Object.values(payload).includes(watched.id);
}

class CrashingBus extends InProcessEventBus {
  override async publish(messages: readonly Message[]): Promise<void> {
    const ours = messages.some(({ event }) => isWatched(event));
    if (ours && orders.dieAt === 'before-event') die();
    await super.publish(messages);
    if (ours && orders.dieAt === 'after-event') die();
  }
}

async function main() {
  const repository = await EmbeddedGitRepository.open({
    gitDir: join(orders.dataDir, 'stoa-gitops.git'),
  });
  if ((await repository.head()) === undefined) {
    await repository.commit({
      changes: TREE,
      message: 'Begin',
      author: { name: 'Tests', email: 'tests@example.com' },
    });
  }
  const commit = repository.commit.bind(repository);
  repository.commit = async options => {
    const result = await commit(options);
    if (orders.dieAt === 'after-commit') die();
    return result;
  };
  const knex = knexFactory(orders.database);
  const bus = new CrashingBus();
  bus.subscribe({
    group: 'witness',
    topics: ['api-created', 'subscriptions'],
    handler: async event => {
      if (isWatched(event)) say({ event: event.event_id });
    },
  });
  const dialler = createDialler({
    allow: ['127.0.0.1:7011', ...(orders.allow ?? [])],
  });
  // Production has no embedded issuer, so it knows nobody.
  const identityAdmin = new EmbeddedIdentityAdmin(
    new ConfigReader({ stoa: { environment: 'production' } }),
  );
  identityAdmin.ensureTenant = async (tenantId: string) => {
    const ours = tenantId === orders.watched.id;
    if (ours && orders.dieAt === 'provisioning') die();
  };
  const plane = await ControlPlane.create({
    config: new ConfigReader({
      backend: { baseUrl: 'http://localhost:7007' },
      stoa: { notifications: orders.notifications ?? {} },
    }),
    database: { getClient: async () => knex },
    logger,
    repository,
    bus,
    policy: await WasmPolicyEngine.load(
      join(repositoryRoot(), 'policies/bundle'),
      logger,
    ),
    principals: {
      authenticate: async () => ({
        subject: 'acme-admin',
        name: 'The administrator',
        email: 'acme-admin@example.com',
        kind: 'user',
        platformAdmin: false,
        grants: { 'acme-corp': ['tenant-admin'] },
        scopes: FINE_SCOPES,
      }),
    },
    identityAdmin,
    dialler: { forTenant: () => dialler },
    secrets: await EncryptedFileStore.open({
      folder: join(orders.dataDir, 'secrets'),
    }),
    signals: { publish: async () => {} },
    notifications: {
      send: async ({ payload }) => {
        say({ told: payload.scope });
      },
    },
    catalog: catalogOfPeople(knex),
    auth: { getOwnServiceCredentials: async () => ({}) } as AuthService,
    requestsPerMinute: 600,
    executor: 'built-in',
    baseUrl: 'http://localhost:7007',
  });
  await plane.start();
  const server = express()
    .use(plane.router)
    .listen(0, '127.0.0.1', () =>
      say({
        ready: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      }),
    );
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
