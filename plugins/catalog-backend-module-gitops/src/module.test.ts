import { httpAuthServiceFactory } from '@backstage/backend-defaults/httpAuth';
import { permissionsServiceFactory } from '@backstage/backend-defaults/permissions';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestBackend,
} from '@backstage/backend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import aiModel from '@backstage/plugin-catalog-backend-module-ai-model';
import permissionPlugin from '@backstage/plugin-permission-backend';
import searchPlugin from '@backstage/plugin-search-backend';
import searchCatalogModule from '@backstage/plugin-search-backend-module-catalog';
import permissionModuleOpa from '@stoa/plugin-permission-backend-module-opa';
import { LABEL_VISIBILITY } from '@stoa/plugin-stoa-common';
import request from 'supertest';
import { catalogModuleGitops } from './module';
import { FakeControlPlane } from './__testUtils__/FakeControlPlane';

function entity(
  kind: string,
  namespace: string,
  name: string,
  spec: Entity['spec'],
  visibility?: 'public' | 'private',
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: {
      namespace,
      name,
      ...(visibility && { labels: { [LABEL_VISIBILITY]: visibility } }),
    },
    spec,
  };
}

function api(
  namespace: string,
  name: string,
  visibility: 'public' | 'private',
  definition: unknown = 'openapi: 3.0.3',
): Entity {
  const owner = `group:${namespace}/tenant-admin`;
  return entity(
    'API',
    namespace,
    name,
    {
      type: 'openapi',
      lifecycle: 'production',
      owner,
      definition,
    } as Entity['spec'],
    visibility,
  );
}

function user(name: string, memberOf: string[]): Entity {
  return entity('User', 'default', name, { memberOf });
}

const SECRET = 'api:acme-corp/secret-crm';
const snapshot = [
  api('acme-corp', 'secret-crm', 'private'),
  api('acme-corp', 'open-crm', 'public'),
  api('demo', 'secret-weather', 'private'),
  api('demo', 'open-weather', 'public'),
  entity('Group', 'acme-corp', 'devops', { type: 'role', children: [] }),
  entity('Group', 'demo', 'viewer', { type: 'role', children: [] }),
  entity('System', 'acme-corp', 'acme-corp', {
    owner: 'group:acme-corp/devops',
  }),
  user('acme-devops', ['group:acme-corp/devops']),
  user('demo-viewer', ['group:demo/viewer']),
  user('consumer', []),
];
const open = ['api:acme-corp/open-crm', 'api:demo/open-weather'];
const ofAcme = [
  ...open,
  SECRET,
  'group:acme-corp/devops',
  'system:acme-corp/acme-corp',
  'user:default/acme-devops',
];
const ofDemo = [
  ...open,
  'api:demo/secret-weather',
  'group:demo/viewer',
  'user:default/demo-viewer',
];

const ownership: Record<string, string[]> = {
  'user:default/platform-admin': ['group:default/cpi-admin'],
  'user:default/acme-devops': ['group:acme-corp/devops'],
  'user:default/demo-viewer': ['group:demo/viewer'],
};

/**
 * The mock forgets that a token on behalf of a user was made by a plugin, which is
 * what lets the permission backend answer with conditions.
 */
const auth = createServiceFactory({
  service: coreServices.auth,
  deps: { plugin: coreServices.pluginMetadata },
  factory: ({ plugin }) => {
    const mock = mockServices.auth({
      pluginId: plugin.getId(),
      disableDefaultAuthPolicy: false,
    });
    const authenticate = mock.authenticate.bind(mock);
    mock.authenticate = async (token, options) => {
      const credentials = await authenticate(token, options);
      return mock.isPrincipal(credentials, 'user') &&
        token.startsWith('mock-service-token')
        ? mockCredentials.user(credentials.principal.userEntityRef, {
            actor: { subject: 'plugin:catalog' },
          })
        : credentials;
    };
    return mock;
  },
});

const userInfo = createServiceFactory({
  service: coreServices.userInfo,
  deps: {},
  factory: () => ({
    getUserInfo: async credentials => {
      const { userEntityRef } = (
        credentials as ReturnType<typeof mockCredentials.user>
      ).principal;
      return {
        userEntityRef,
        ownershipEntityRefs: [
          userEntityRef,
          ...(ownership[userEntityRef] ?? []),
        ],
      };
    },
  }),
});

describe('the catalog behind the feed', () => {
  const controlPlane = new FakeControlPlane();
  const scheduler = mockServices.scheduler();
  const schedulerFactory = createServiceFactory({
    service: coreServices.scheduler,
    deps: {},
    // Tasks run when the test says so.
    factory: () => scheduler,
  });
  let backend: TestBackend;

  /** Asks as a person; the answer must be a 200. */
  async function ask<T>(who: string, path: string): Promise<T> {
    const { body } = await request(backend.server)
      .get(`/api/${path}`)
      .set('authorization', mockCredentials.user.header(`user:default/${who}`))
      .expect(200);
    return body as T;
  }

  async function refs(who: string): Promise<string[]> {
    const { items } = await ask<{ items: Entity[] }>(
      who,
      'catalog/entities/by-query?limit=100',
    );
    return items.map(stringifyEntityRef).sort();
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + 20_000;
    while (!(await condition())) {
      if (performance.now() > end) throw new Error('condition never came true');
      await new Promise(done => {
        setTimeout(done, 50);
      });
    }
  }

  const seenByAdmin = (ref: string) => async () =>
    (await refs('platform-admin')).includes(ref);

  beforeAll(async () => {
    controlPlane.onConnect = feed => {
      feed.reset();
      snapshot.forEach(each => feed.put(each));
      feed.synced();
    };
    backend = await startTestBackend({
      features: [
        catalogPlugin,
        aiModel,
        permissionPlugin,
        permissionModuleOpa,
        searchPlugin,
        searchCatalogModule,
        catalogModuleGitops,
        controlPlane.plugin,
        auth,
        httpAuthServiceFactory,
        permissionsServiceFactory,
        userInfo,
        schedulerFactory,
        mockServices.rootConfig.factory({
          data: {
            permission: { enabled: true },
            catalog: {
              readonly: true,
              rules: [{ allow: ['API', 'Group', 'System', 'User'] }],
            },
          },
        }),
      ],
    });
    await until(
      async () => (await refs('platform-admin')).length === snapshot.length,
    );
  }, 60_000);

  it('asks for entities only, and says where they come from', async () => {
    expect(controlPlane.queries[0]).toEqual({ kinds: 'entity' });
    const found = await ask<Entity>(
      'acme-devops',
      'catalog/entities/by-name/api/acme-corp/secret-crm',
    );
    expect(found.metadata.annotations).toMatchObject({
      'backstage.io/managed-by-location': 'stoa:control-plane',
      'backstage.io/managed-by-origin-location': 'stoa:control-plane',
    });
  });

  it.each([
    ['acme-devops', ofAcme],
    ['demo-viewer', ofDemo],
    ['consumer', [...open, 'user:default/consumer']],
    ['somebody-else', open],
  ])(
    'shows %s the public and their own, in every list',
    async (who, visible) => {
      const sorted = [...visible].sort();
      expect(await refs(who)).toEqual(sorted);

      const entities = await ask<Entity[]>(who, 'catalog/entities');
      expect(entities.map(stringifyEntityRef).sort()).toEqual(sorted);

      const { facets } = await ask<{
        facets: Record<string, { value: string; count: number }[]>;
      }>(who, 'catalog/entity-facets?facet=metadata.name');
      expect(facets['metadata.name'].map(f => f.value).sort()).toEqual(
        sorted.map(ref => ref.split('/')[1]).sort(),
      );
    },
  );

  it.each(['demo-viewer', 'consumer'])(
    'hides a private API from %s, however it is asked for',
    async who => {
      const as = mockCredentials.user.header(`user:default/${who}`);
      await request(backend.server)
        .get('/api/catalog/entities/by-name/api/acme-corp/secret-crm')
        .set('authorization', as)
        .expect(404);
      await request(backend.server)
        .get('/api/catalog/entity-facets?facet=spec.owner')
        .set('authorization', as)
        .expect(({ text }) => {
          expect(text).not.toContain('group:acme-corp/devops');
        });
      const { body } = await request(backend.server)
        .post('/api/catalog/entities/by-refs')
        .set('authorization', as)
        .send({ entityRefs: [SECRET, open[0]] })
        .expect(200);
      expect(body.items.map((e: Entity | null) => e?.metadata.name)).toEqual([
        undefined,
        'open-crm',
      ]);
    },
  );

  it('finds in search what the reader may see', async () => {
    await scheduler.triggerTask('search_index_software_catalog');
    const find = async (who: string, term: string) => {
      const { results } = await ask<{
        results: { document: { title: string } }[];
      }>(who, `search/query?term=${term}`);
      return results.map(({ document }) => document.title).sort();
    };
    expect(await find('acme-devops', 'crm')).toEqual(
      expect.arrayContaining(['open-crm', 'secret-crm']),
    );
    for (const who of ['demo-viewer', 'consumer']) {
      expect(await find(who, 'crm')).toContain('open-crm');
      for (const term of ['crm', 'secret-crm', 'acme-corp']) {
        expect(await find(who, term)).not.toContain('secret-crm');
      }
    }
  });

  it.each(['entities', 'entities/by-query', 'entity-facets?facet=kind'])(
    'refuses %s to nobody',
    async path => {
      const { status } = await request(backend.server).get(
        `/api/catalog/${path}`,
      );
      expect(status).toBe(401);
    },
  );

  it('follows changes, and drops what may not enter or no longer may', async () => {
    controlPlane.put({
      ...api('demo', 'location', 'public'),
      kind: 'Location',
    });
    controlPlane.put(
      api('demo', 'reader', 'public', { $text: 'https://127.0.0.1/secret' }),
    );
    controlPlane.put(api('demo', 'other', 'public'), 'api:acme-corp/mine');
    controlPlane.put(
      { ...api('demo', 'x', 'public'), metadata: {} } as Entity,
      'api:demo/x',
    );
    controlPlane.put(api('acme-corp', 'open-crm', 'private'));
    controlPlane.delete('api:demo/open-weather');
    controlPlane.put(
      api('demo', 'open-weather-2', 'public', 'x-note: $text: inert'),
    );
    await until(seenByAdmin('api:demo/open-weather-2'));
    await until(async () => (await refs('somebody-else')).length === 1);

    expect(await refs('somebody-else')).toEqual(['api:demo/open-weather-2']);
    expect(await refs('platform-admin')).toHaveLength(snapshot.length);

    controlPlane.put(api('demo', 'open-weather-2', 'public', { $json: './x' }));
    await until(async () => (await refs('somebody-else')).length === 0);
  });

  it('takes MCP servers, which have remotes in place of a definition', async () => {
    const spec = {
      type: 'mcp-server',
      lifecycle: 'production',
      owner: 'group:acme-corp/tenant-admin',
      remotes: [
        {
          type: 'streamable-http',
          url: 'http://localhost:7007/mcp/t/acme-corp/crm-tools',
        },
      ],
    };
    controlPlane.put(
      entity('API', 'acme-corp', 'secret-tools.mcp', spec, 'private'),
    );
    const shown = entity('API', 'acme-corp', 'crm-tools.mcp', spec, 'public');
    controlPlane.put(shown);
    const ref = 'api:acme-corp/crm-tools.mcp';
    await until(seenByAdmin(ref));
    await until(async () => (await refs('somebody-else')).includes(ref));
    expect(await refs('somebody-else')).toEqual([ref]);
    const found = await ask<Entity>(
      'somebody-else',
      'catalog/entities/by-name/api/acme-corp/crm-tools.mcp',
    );
    expect(found.spec).toEqual(spec);
  });

  it('applies no snapshot that was cut off, and then the whole one', async () => {
    const before = await refs('platform-admin');
    const connections = controlPlane.queries.length;
    controlPlane.onConnect = feed => {
      feed.reset();
      feed.put(api('demo', 'half', 'public'));
      if (controlPlane.queries.length < connections + 3) {
        feed.cut();
      } else {
        feed.put(api('demo', 'whole', 'public'));
      }
    };
    controlPlane.cut();
    await until(async () => controlPlane.queries.length >= connections + 3);
    expect(await refs('platform-admin')).toEqual(before);

    controlPlane.synced();
    await until(seenByAdmin('api:demo/whole'));
    await until(async () => (await refs('platform-admin')).length === 2);
  });
});
