import { TestDatabases } from '@backstage/backend-test-utils';
import { StoaError } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startControlPlane, TestControlPlane } from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const ALL = '/v1/applications';
const BACK = 'https://app.example.com/back';

describe.each(databases.eachSupportedId())('applications, %s', databaseId => {
  let plane: TestControlPlane;
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
  });
  afterAll(() => plane.stop());

  const consumer = () => plane.as('consumer');
  const make = async (more: object = {}) =>
    (await consumer().post(ALL, { name: 'Desk', ...more })).body;
  const client = async (id: string) =>
    JSON.parse(
      await readFile(join(plane.dataDir, 'clients.json'), 'utf8').catch(
        () => '[]',
      ),
    ).find((c: { client_id: string }) => c.client_id === `app-${id}`);

  it('are clients of the identity provider where they want to be', async () => {
    const plain = await make();
    expect(plain).toMatchObject({
      security_profile: 'api_key',
      redirect_uris: [],
    });
    expect(plain).not.toHaveProperty('client_id');
    expect(await client(plain.id)).toBeUndefined();

    const request = () =>
      consumer()
        .post(ALL, {
          name: 'Desk',
          security_profile: 'oauth2',
          redirect_uris: [BACK, 'http://127.0.0.1/back'],
        })
        .set('Idempotency-Key', 'app-1');
    const made = await request();
    const { credentials, ...application } = made.body;
    const { client_secret: secret } = credentials;
    expect(credentials.client_id).toBe(application.client_id);
    expect(await client(application.id)).toMatchObject({
      name: 'Desk',
      redirect_uris: [BACK, 'http://127.0.0.1/back'],
      grants: {},
      scopes: ['stoa:catalog:read', 'stoa:tools:read', 'stoa:tools:execute'],
    });
    const again = await request();
    expect(again.body).toEqual({
      ...application,
      credentials: { ...credentials, client_secret: null },
      replayed: true,
    });
    const read = await consumer().get(`${ALL}/${application.id}`);
    expect(read.body).toEqual(application);
    const kept = JSON.stringify([
      await knex('applications'),
      await knex('idempotency_keys'),
      await knex('outbox'),
      await client(application.id),
    ]);
    expect(secret).toMatch(/^.{32,}$/);
    expect(kept).not.toContain(secret);

    const at = `${ALL}/${application.id}`;
    await consumer().put(at, { name: 'Counter', redirect_uris: [] });
    expect(await client(application.id)).toMatchObject({
      name: 'Counter',
      redirect_uris: [],
    });
    const other = await consumer().put(at, {
      name: 'Counter',
      security_profile: 'api_key',
    });
    expect(other.body.error?.code).toBe('stoa.conflict');
    await consumer().delete(at);
    expect(await client(application.id)).toBeUndefined();
  });

  it('bring people back to places that are theirs', async () => {
    for (const uri of [
      'http://app.example.com/back',
      'http://localhost.evil.example/back',
      `${BACK}#x`,
      'https://user:pass@app.example.com/',
      'data:text/html,x',
      'app:/back',
      '/back',
      'https://app.example.com/ back',
    ]) {
      const { status, body } = await consumer().post(ALL, {
        name: 'Desk',
        security_profile: 'oauth2',
        redirect_uris: [uri],
      });
      expect([uri, status, body.error?.details[0].field]).toEqual([
        uri,
        400,
        'redirect_uris',
      ]);
    }
    const plain = await consumer().post(ALL, {
      name: 'Desk',
      redirect_uris: [BACK],
    });
    expect(plain.body.error?.details[0].field).toBe('redirect_uris');
  });

  it('get a new secret, of twenty at the same time one', async () => {
    const { id, credentials } = await make({ security_profile: 'oauth2' });
    const before = await client(id);
    const path = `${ALL}/${id}/credentials/regenerate`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => consumer().post(path)),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeGreaterThan(0);
    for (const { body } of won)
      expect(body.credentials.client_secret).not.toBe(
        credentials.client_secret,
      );
    for (const { body } of answers.filter(({ status }) => status !== 200))
      expect(body.error.code).toBe('stoa.conflict');
    const { body } = await consumer().get(`${ALL}/${id}`);
    expect(body.rotation_count).toBe(won.length);
    expect((await client(id)).secret_hash).not.toBe(before.secret_hash);
    const plain = await make();
    const none = await consumer().post(
      `${ALL}/${plain.id}/credentials/regenerate`,
    );
    expect(none.body.error.code).toBe('stoa.conflict');
  });

  it('are known to the tenants that they subscribed to, and no more than that', async () => {
    const used = await make({ name: 'Used' });
    const unused = await make({ name: 'Unused' });
    for (const [tenant_id, api_id] of [
      ['acme-corp', 'crm-api'],
      ['demo-tenant', 'weather-api'],
    ]) {
      const made = await consumer().post('/v1/subscriptions', {
        application_id: used.id,
        tenant_id,
        api_id,
        plan: 'free',
      });
      expect(made.status).toBe(201);
    }
    const seen = async (who: string, tenant = 'acme-corp') => {
      const { status, body } = await plane
        .as(who)
        .get(`/v1/tenants/${tenant}/applications?limit=100`);
      return status === 200
        ? body.items.map((a: any) => [a.id, a.subscription_count])
        : status;
    };
    expect(await seen('acme-viewer')).toContainEqual([used.id, 1]);
    expect(
      (await seen('acme-admin')).map(([id]: string[]) => id),
    ).not.toContain(unused.id);
    expect(await seen('demo-admin')).toBe(404);
    expect(await seen('consumer')).toBe(404);
    const mine = await consumer().get(`${ALL}/${used.id}`);
    expect(mine.body.subscription_count).toBe(2);
  });
});

describe('applications, where the identity provider takes no changes', () => {
  it('call with the keys of their subscriptions alone', async () => {
    const knex = await databases.init('SQLITE_3');
    const plane = await startControlPlane({
      knex,
      identityAdmin: {
        createClient: async () => {
          throw new StoaError('stoa.unavailable', 'It takes no changes.');
        },
      },
    });
    try {
      const consumer = plane.as('consumer');
      const plain = await consumer.post(ALL, { name: 'Desk' });
      expect(plain.status).toBe(201);
      const { status } = await consumer.post(ALL, {
        name: 'Desk',
        security_profile: 'oauth2',
      });
      expect(status).toBe(503);
      expect(await knex('applications')).toHaveLength(1);
    } finally {
      await plane.stop();
    }
  });
});
