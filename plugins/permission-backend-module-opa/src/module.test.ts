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
import permissionPlugin from '@backstage/plugin-permission-backend';
import {
  AuthorizeResult,
  Permission,
} from '@backstage/plugin-permission-common';
import { stoaPermissions } from '@stoa/plugin-stoa-common';
import request from 'supertest';
import { permissionModuleOpa } from './module';

const ownership: Record<string, string[]> = {
  'user:default/platform-admin': ['group:default/cpi-admin'],
  'user:default/acme-devops': ['group:acme-corp/devops', 'group:demo/viewer'],
  'user:default/consumer': [],
};

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
        ownershipEntityRefs: [userEntityRef, ...ownership[userEntityRef]],
      };
    },
  }),
});

function resource(name: string, resourceType = 'catalog-entity'): Permission {
  return { type: 'resource', name, attributes: {}, resourceType };
}

function basic(name: string): Permission {
  return { type: 'basic', name, attributes: {} };
}

describe('the permission policy', () => {
  let backend: TestBackend;

  beforeAll(async () => {
    backend = await startTestBackend({
      features: [
        permissionPlugin,
        permissionModuleOpa,
        userInfo,
        mockServices.rootConfig.factory({
          data: { permission: { enabled: true } },
        }),
      ],
    });
  });

  /** Asks as a plugin does on behalf of a person: that is when conditions are answered. */
  async function decide(who: string, permissions: readonly Permission[]) {
    const actor = { subject: 'plugin:catalog' };
    const { body } = await request(backend.server)
      .post('/api/permission/authorize')
      .set(
        'authorization',
        `Bearer ${mockCredentials.user.token(`user:default/${who}`, {
          actor,
        })}`,
      )
      .send({
        items: permissions.map((permission, id) => ({
          id: `${id}`,
          permission,
        })),
      })
      .expect(200);
    return (body.items as { id: string; result: AuthorizeResult }[]).map(
      ({ id, ...decision }) => decision,
    );
  }

  it.each([
    ['acme-devops', ['acme-corp', 'demo']],
    ['consumer', []],
  ])(
    'binds what %s reads of the catalog to one condition',
    async (who, tenants) => {
      expect(await decide(who, [resource('catalog.entity.read')])).toEqual([
        {
          result: AuthorizeResult.CONDITIONAL,
          pluginId: 'catalog',
          resourceType: 'catalog-entity',
          conditions: {
            rule: 'IS_IN_TENANTS',
            resourceType: 'catalog-entity',
            params: { tenants, self: `user:default/${who}` },
          },
        },
      ]);
    },
  );

  it('lets the admin of the platform, and nobody else, change the catalog', async () => {
    const permissions = [
      basic('catalog.entity.create'),
      resource('catalog.entity.delete'),
      resource('catalog.entity.refresh'),
      basic('catalog.location.create'),
      basic('catalog.location.read'),
    ];
    const all = (result: AuthorizeResult) =>
      permissions.map(() => ({ result }));
    expect(await decide('platform-admin', permissions)).toEqual(
      all(AuthorizeResult.ALLOW),
    );
    expect(
      await decide('platform-admin', [resource('catalog.entity.read')]),
    ).toEqual([{ result: AuthorizeResult.ALLOW }]);
    for (const who of ['acme-devops', 'consumer']) {
      expect(await decide(who, permissions)).toEqual(all(AuthorizeResult.DENY));
    }
  });

  it('allows the actions that the person may do in some tenant', async () => {
    const allowed = async (who: string) => {
      const decisions = await decide(who, stoaPermissions);
      return stoaPermissions
        .filter((_, i) => decisions[i].result === AuthorizeResult.ALLOW)
        .map(({ name }) => name);
    };
    const consumers = [
      'stoa.plan.read',
      'stoa.portal.read',
      'stoa.application.read',
      'stoa.application.create',
      'stoa.application.update',
      'stoa.application.delete',
      'stoa.subscription.create',
      'stoa.subscription.read',
      'stoa.subscription.cancel',
      'stoa.subscription.rotate',
      'stoa.subscription.extend',
      'stoa.subscription.grant',
      'stoa.tool.call',
      'stoa.approval.read',
      'stoa.snapshot.read-own',
      'stoa.usage.read-own',
    ];
    expect(await allowed('consumer')).toEqual(consumers);

    const devops = await allowed('acme-devops');
    expect(devops).toEqual(expect.arrayContaining(consumers));
    expect(devops).toEqual(
      expect.arrayContaining(['stoa.api.create', 'stoa.deployment.create']),
    );
    for (const name of [
      'stoa.api.delete',
      'stoa.plan.manage',
      'stoa.subscription.decide',
      'stoa.platform.read',
    ]) {
      expect(devops).not.toContain(name);
    }
    const admin = await allowed('platform-admin');
    expect(
      stoaPermissions.map(p => p.name).filter(n => !admin.includes(n)),
    ).toEqual([
      'stoa.gateway.serve',
      'stoa.key.validate',
      'stoa.deployment.report',
    ]);
  });

  it('refuses what it does not know', async () => {
    const refused = [{ result: AuthorizeResult.DENY }];
    for (const permission of [
      basic('kubernetes.proxy'),
      basic('scaffolder.task.create'),
      resource('policy.entity.read', 'policy-entity'),
      // A list of tenants means nothing to resources that know of none.
      resource('catalog.entity.read', 'scaffolder-template'),
      resource('stoa.application.read', 'stoa-application'),
    ]) {
      expect(await decide('acme-devops', [permission])).toEqual(refused);
    }
  });

  it('refuses plugins and nobody', async () => {
    for (const header of [
      mockCredentials.none.header(),
      mockCredentials.service.header(),
    ]) {
      const { body } = await request(backend.server)
        .post('/api/permission/authorize')
        .set('authorization', header)
        .send({ items: [{ id: '1', permission: basic('stoa.portal.read') }] });
      expect(JSON.stringify(body)).not.toContain(AuthorizeResult.ALLOW);
    }
  });
});
