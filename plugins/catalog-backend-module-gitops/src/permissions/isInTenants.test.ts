import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { IS_IN_TENANTS, LABEL_VISIBILITY } from '@stoa/plugin-stoa-common';
import request from 'supertest';
import { isInTenants } from './isInTenants';

interface Reader {
  readonly tenants: string[];
  readonly self: string;
}

/** Mulberry32: the same entities in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = randomFrom(20261122);
const pick = <T>(choices: readonly T[]): T =>
  choices[Math.floor(random() * choices.length)];
const some = <T>(choices: readonly T[]): T[] =>
  choices.filter(() => random() < 0.4);

const namespaces = ['default', 'acme-corp', 'demo', 'globex', undefined];
const roles = ['tenant-admin', 'devops', 'viewer', 'auditor'];
const groups = ['acme-corp', 'demo', 'globex'].flatMap(tenant =>
  roles.map(role => `group:${tenant}/${role}`),
);

function randomEntity(index: number): Entity {
  const kind = pick(['API', 'User', 'Group', 'System']);
  const visibility = pick([
    undefined,
    undefined,
    'public',
    'Public',
    'private',
  ]);
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: {
      name: `Thing-${index}`,
      namespace: pick(namespaces),
      ...(visibility && { labels: { [LABEL_VISIBILITY]: visibility } }),
      annotations: {
        'backstage.io/managed-by-location': 'test:entities',
        'backstage.io/managed-by-origin-location': 'test:entities',
        // What looks like an answer, in a place that is none.
        note: pick(['public', 'acme-corp', 'group:demo/viewer']),
      },
    },
    spec: {
      API: {
        type: 'openapi',
        lifecycle: 'x',
        owner: 'group:x',
        definition: '-',
      },
      User: { memberOf: some(groups) },
      Group: { type: 'role', children: [] },
      System: { owner: pick(groups) },
    }[kind],
  };
}

const entities = Array.from({ length: 120 }, (_, index) => randomEntity(index));
const people = entities.filter(e => e.kind === 'User').map(stringifyEntityRef);

const readers = new Map<string, Reader>(
  Array.from({ length: 40 }, (_, index) => [
    `user:default/reader-${index}`,
    {
      tenants: index === 0 ? [] : some(['acme-corp', 'demo', 'globex', 'none']),
      self: pick([...people, 'user:default/nobody']),
    },
  ]),
);

const everything = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'test-entities',
  register({ registerInit }) {
    registerInit({
      deps: {
        catalog: catalogProcessingExtensionPoint,
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({ catalog, permissionsRegistry }) {
        permissionsRegistry.addPermissionRules([isInTenants]);
        catalog.addEntityProvider({
          getProviderName: () => 'test',
          connect: connection =>
            connection.applyMutation({
              type: 'full',
              entities: entities.map(entity => ({ entity })),
            }),
        });
      },
    });
  },
});

/** Binds each reader by the rule with their parameters, and others by nothing. */
const permissions = createServiceFactory({
  service: coreServices.permissions,
  deps: {},
  factory: () => ({
    authorize: async () => [{ result: AuthorizeResult.DENY }],
    authorizeConditional: async (
      requests,
      options,
    ): Promise<PolicyDecision[]> => {
      const { principal } = (
        options as { credentials: { principal: { userEntityRef: string } } }
      ).credentials;
      const params = readers.get(principal.userEntityRef);
      return requests.map(() =>
        params
          ? {
              result: AuthorizeResult.CONDITIONAL,
              pluginId: IS_IN_TENANTS.pluginId,
              resourceType: IS_IN_TENANTS.resourceType,
              conditions: {
                rule: IS_IN_TENANTS.name,
                resourceType: IS_IN_TENANTS.resourceType,
                params: { ...params },
              },
            }
          : { result: AuthorizeResult.ALLOW },
      );
    },
  }),
});

describe('IS_IN_TENANTS', () => {
  it('says the same in memory and in SQL', async () => {
    const { server } = await startTestBackend({
      features: [
        catalogPlugin,
        everything,
        permissions,
        mockServices.rootConfig.factory({
          data: {
            catalog: { rules: [{ allow: ['API', 'User', 'Group', 'System'] }] },
          },
        }),
      ],
    });
    const read = async (reader: string): Promise<Entity[]> => {
      const { body } = await request(server)
        .get('/api/catalog/entities/by-query?limit=500')
        .set('authorization', mockCredentials.user.header(reader))
        .expect(200);
      return body.items as Entity[];
    };
    let all: Entity[] = [];
    while (all.length < entities.length) {
      all = await read('user:default/everything');
    }

    const sizes = new Set<number>();
    for (const [reader, params] of readers) {
      const seen = (await read(reader)).map(stringifyEntityRef).sort();
      const expected = all
        .filter(entity => isInTenants.apply(entity, params))
        .map(stringifyEntityRef)
        .sort();
      expect(seen).toEqual(expected);
      sizes.add(seen.length);
    }
    // The readers do differ, and none sees all or nothing.
    expect(sizes.size).toBeGreaterThan(5);
    expect([...sizes].every(n => n > 0 && n < entities.length)).toBe(true);
  }, 60_000);

  it.each<[string, Partial<Entity>, boolean]>([
    ['a public API of another tenant', api('demo', 'public'), true],
    ['a private one of another tenant', api('demo', 'private'), false],
    ['an unlabelled one of another tenant', api('demo'), false],
    ['a private one of the own tenant', api('acme-corp', 'private'), true],
    ['oneself', user('ada', []), true],
    ['a colleague', user('bob', ['group:acme-corp/devops']), true],
    ['a stranger', user('eve', ['group:demo/devops']), false],
    [
      'a member of another group of the tenant',
      user('eve', ['group:acme-corp/x']),
      false,
    ],
    [
      'an API with the name of the reader',
      { ...api('default'), metadata: { name: 'ada' } },
      false,
    ],
  ])('knows %s', (_what, entity, visible) => {
    const params = { tenants: ['acme-corp'], self: 'user:default/ada' };
    expect(isInTenants.apply(entity as Entity, params)).toBe(visible);
  });
});

function api(namespace: string, visibility?: string): Partial<Entity> {
  return {
    kind: 'API',
    metadata: {
      name: 'x',
      namespace,
      ...(visibility && { labels: { [LABEL_VISIBILITY]: visibility } }),
    },
  };
}

function user(name: string, groupRefs: string[]): Partial<Entity> {
  return {
    kind: 'User',
    metadata: { name, namespace: 'default' },
    relations: groupRefs.map(targetRef => ({ type: 'memberOf', targetRef })),
  };
}
