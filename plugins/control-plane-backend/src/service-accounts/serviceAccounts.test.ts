import { TestDatabases } from '@backstage/backend-test-utils';
import { StoaError } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  eventually,
  PEOPLE,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { change, createOrders, ORDERS_PATH } from '../__testUtils__/orders';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const ALL = '/v1/tenants/acme-corp/service-accounts';

describe.each(databases.eachSupportedId())(
  'service accounts, %s',
  databaseId => {
    let plane: TestControlPlane;
    let knex: Knex;

    beforeAll(async () => {
      knex = await databases.init(databaseId);
      plane = await startControlPlane({ knex });
    });
    afterAll(() => plane.stop());

    const admin = () => plane.as('acme-admin');
    const INPUT = {
      name: 'Pipeline',
      roles: ['tenant-admin'],
      scopes: ['stoa:subscription:read', 'stoa:subscription:write'],
    };
    const make = async (more: object = {}, by = 'acme-admin') =>
      plane.as(by).post(ALL, { ...INPUT, ...more });
    const clients = async () =>
      JSON.parse(await readFile(join(plane.dataDir, 'clients.json'), 'utf8'));

    /** Signs a program in, as the identity provider would. */
    function signIn(clientId: string, scopes = INPUT.scopes) {
      (PEOPLE as Record<string, object>)[clientId] = {
        subject: clientId,
        kind: 'service',
        clientId,
        platformAdmin: false,
        grants: { 'acme-corp': ['tenant-admin'] },
        scopes,
      };
      return plane.as(clientId);
    }

    it('are made at the identity provider; their secret is told once', async () => {
      const made = await admin()
        .post(ALL, { ...INPUT, description: 'Publishes' })
        .set('Idempotency-Key', 'sa-1');
      expect(made.status).toBe(201);
      const { service_account: account, client_secret: secret } = made.body;
      expect(account).toMatchObject({
        ...INPUT,
        tenant_id: 'acme-corp',
        description: 'Publishes',
        created_by: 'acme-admin',
        rotation_count: 0,
      });
      const client = (await clients()).find(
        (c: { client_id: string }) => c.client_id === account.client_id,
      );
      expect(client).toMatchObject({
        grants: { 'acme-corp': ['tenant-admin'] },
        scopes: INPUT.scopes,
        redirect_uris: [],
      });
      const again = await admin()
        .post(ALL, { ...INPUT, description: 'Publishes' })
        .set('Idempotency-Key', 'sa-1');
      expect(again.body).toEqual({
        service_account: account,
        client_secret: null,
        replayed: true,
      });
      const kept = JSON.stringify([
        await knex('service_accounts'),
        await knex('outbox'),
        await knex('idempotency_keys'),
        await clients(),
      ]);
      expect(secret).toMatch(/^.{32,}$/);
      expect(kept).not.toContain(secret);
      const { body } = await admin().get(ALL);
      expect(body.items).toEqual([account]);
    });

    it('may do no more than who makes them', async () => {
      const few = await plane
        .as('acme-admin stoa:admin:read stoa:admin:write stoa:catalog:read')
        .post(ALL, {
          ...INPUT,
          scopes: ['stoa:catalog:read', 'stoa:tools:read'],
        });
      expect([few.status, few.body.error.details[0].field]).toEqual([
        400,
        'scopes',
      ]);
      for (const wrong of [
        { roles: ['cpi-admin'] },
        { roles: [] },
        { scopes: ['stoa:gateway'] },
        { scopes: ['stoa:admin'] },
        { scopes: [] },
        { name: ' ' },
        { client_id: 'stoa-gateway' },
      ]) {
        const { status } = await make(wrong);
        expect([wrong, status]).toEqual([wrong, 400]);
      }
    });

    it('get a new secret, of twenty at the same time one', async () => {
      const made = (await make()).body.service_account;
      const before = await clients();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          admin().post(`${ALL}/${made.id}/rotate-secret`),
        ),
      );
      const won = answers.filter(({ status }) => status === 200);
      for (const { body } of answers.filter(({ status }) => status !== 200))
        expect(body.error.code).toBe('stoa.conflict');
      const { body } = await admin().get(ALL);
      expect(body.items[0].rotation_count).toBe(won.length);
      expect(await clients()).not.toEqual(before);
    });

    it('are nobody any more when they are deleted', async () => {
      const { id, client_id: clientId } = (await make()).body.service_account;
      const robot = signIn(clientId);
      const pending = '/v1/subscriptions/tenant/acme-corp/pending';
      expect((await robot.get(pending)).status).toBe(200);
      expect((await admin().delete(`${ALL}/${id}`)).status).toBe(204);
      expect((await robot.get(pending)).status).toBe(401);
      expect(JSON.stringify(await clients())).not.toContain(clientId);
      for (const answer of [
        await admin().delete(`${ALL}/${id}`),
        await admin().post(`${ALL}/${id}/rotate-secret`),
      ])
        expect(answer.status).toBe(404);
    });

    it('are no second person for what their maker asked for', async () => {
      await admin().put('/v1/tenants/acme-corp/apis/crm-api/plans/basic');
      const application = await admin().post('/v1/applications', {
        name: 'Desk',
      });
      const asked = await admin().post('/v1/subscriptions', {
        application_id: application.body.id,
        tenant_id: 'acme-corp',
        api_id: 'crm-api',
        plan: 'basic',
      });
      const at = `/v1/subscriptions/${asked.body.subscription.id}`;
      const scopes = ['stoa:admin:write', ...INPUT.scopes];
      const first = (await make({ scopes })).body.service_account.client_id;
      signIn(first, scopes);
      // A program of the program has the same person behind it.
      const second = (await make({}, first)).body.service_account;
      expect(second.created_by).toBe('acme-admin');
      for (const robot of [plane.as(first), signIn(second.client_id)]) {
        const seen = await robot.get(at);
        expect(seen.body.permissions.approve).toBe(false);
        const { body } = await robot.post(`${at}/approve`);
        expect(body.error?.code).toBe('stoa.subscription.own_request');
      }
      const other = await make({}, 'platform-admin');
      const fine = await signIn(other.body.service_account.client_id).post(
        `${at}/approve`,
      );
      expect(fine.status).toBe(200);
    });

    it('ask for what their maker may not let through, even when they are gone', async () => {
      await createOrders(plane);
      await change(plane, ORDERS_PATH, {
        environments: ['dev', 'staging', 'production'].map(name => ({
          name,
          backend_url: 'http://127.0.0.1:7011',
        })),
      });
      const scopes = ['stoa:catalog:read', 'stoa:catalog:write'];
      const { id, client_id: clientId } = (await make({ scopes })).body
        .service_account;
      const robot = signIn(clientId, scopes);
      const deploy = async (environment: string) =>
        (
          await robot.post('/v1/deployments', {
            tenant_id: 'acme-corp',
            api_id: 'orders-api',
            environment,
          })
        ).body.id;
      for (const environment of ['dev', 'staging']) {
        const before = await deploy(environment);
        await eventually(async () => {
          const { body } = await admin().get(`/v1/deployments/${before}`);
          expect(body.status).toBe('success');
        });
      }
      const at = `/v1/deployments/${await deploy('production')}`;
      await admin().delete(`${ALL}/${id}`);
      const seen = await admin().get(at);
      expect(seen.body).toMatchObject({
        status: 'pending',
        requires_approval: true,
        permissions: { approve: false },
      });
      const own = await admin().post(`${at}/approve`);
      expect(own.body.error?.code).toBe('stoa.deployment.own_request');
      const fine = await plane.as('acme-devops').post(`${at}/approve`);
      expect(fine.status).toBe(200);
    });

    it('are the tenant’s alone, fifty of them, and leave their traces', async () => {
      const foreign = '/v1/tenants/demo-tenant/service-accounts';
      const { id } = (await make()).body.service_account;
      const demo = plane.as('demo-admin');
      expect((await demo.delete(`${foreign}/${id}`)).status).toBe(404);
      expect((await demo.get(foreign)).body.items).toEqual([]);
      let last = await make();
      while (last.status === 201) last = await make();
      expect(last.body.error.code).toBe('stoa.tenant.quota_exceeded');
      const { body } = await admin().get(`${ALL}?page=1&page_size=1`);
      expect(body.total).toBe(50);
      const robots = (await clients()).length;
      expect(robots).toBe(50);
      await eventually(async () => {
        const audit = await admin().get(
          '/v1/tenants/acme-corp/audit?action=stoa.service-account.manage&limit=100',
        );
        const verbs = new Set(
          audit.body.items.map((e: any) => e.details.verb as string),
        );
        expect([...verbs].sort()).toEqual([
          'create',
          'delete',
          'rotate-secret',
        ]);
      });
    });
  },
);

describe('service accounts, where the identity provider fails', () => {
  it('are not made by halves', async () => {
    const knex = await databases.init('SQLITE_3');
    const plane = await startControlPlane({
      knex,
      identityAdmin: {
        createClient: async () => {
          throw new StoaError('stoa.unavailable', 'The provider is away');
        },
      },
    });
    try {
      const made = await plane.as('acme-admin').post(ALL, {
        name: 'Pipeline',
        roles: ['viewer'],
        scopes: ['stoa:catalog:read'],
      });
      expect(made.status).toBe(503);
      expect(await knex('service_accounts')).toEqual([]);
    } finally {
      await plane.stop();
    }
  });
});
