import { TestDatabases } from '@backstage/backend-test-utils';
import { StoaError } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import {
  eventually,
  PEOPLE,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { followFeed } from '../__testUtils__/followFeed';
import { FORGOTTEN, NAMED, NOBODY } from './traces';

jest.setTimeout(180_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const TENANT = '/v1/tenants/acme-corp';

/** Somebody of whose name nothing else is made. */
const someone = (subject: string, tenant = 'acme-corp') => ({
  ...PEOPLE['acme-admin'],
  subject,
  name: `Wilhelmina ${subject}`,
  email: `${subject}@wilhelmina.example`,
  grants: { [tenant]: ['tenant-admin' as const] },
});
const people = PEOPLE as Record<string, object>;

async function tablesOf(knex: Knex): Promise<string[]> {
  const postgres = knex.client.config.client === 'pg';
  const rows = postgres
    ? await knex('information_schema.tables')
        .where({ table_schema: 'public', table_type: 'BASE TABLE' })
        .select('table_name as name')
    : await knex('sqlite_master').where({ type: 'table' }).select('name');
  return rows
    .map(({ name }) => name as string)
    .filter(name => !/^(sqlite|knex)_/.test(name));
}

/** All that is kept, as text by table. */
async function dump(knex: Knex): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const table of await tablesOf(knex))
    texts[table] = JSON.stringify(await knex(table));
  return texts;
}

describe.each(databases.eachSupportedId())('erasure, %s', databaseId => {
  let knex: Knex;
  let plane: TestControlPlane;

  beforeAll(async () => {
    people.wilma = someone('wilma');
    people.wanda = someone('wanda', 'demo-tenant');
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
  });
  afterAll(() => plane.stop());

  const platform = () => plane.as('platform-admin');
  const erase = (subject: string) =>
    platform().post(`/v1/persons/${subject}/erase`);

  /** All that somebody may do who administers a tenant, and subscribes elsewhere. */
  async function live(): Promise<{ key: string; subscription: string }> {
    const wilma = plane.as('wilma');
    const admin = plane.as('acme-admin');
    await wilma.get('/v1/me');
    const application = await wilma
      .post('/v1/applications', {
        name: 'Wilhelmina’s desk',
        description: 'By wilma',
        security_profile: 'oauth2',
      })
      .set('Idempotency-Key', 'wilma-1');
    const subscribed = await wilma.post('/v1/subscriptions', {
      application_id: application.body.id,
      tenant_id: 'demo-tenant',
      api_id: 'weather-api',
      plan: 'free',
    });
    expect(subscribed.body.error).toBeUndefined();
    const server = await admin.post(`${TENANT}/toolsets`, {
      toolset_id: 'crm-tools',
      display_name: 'CRM tools',
      api_id: 'crm-api',
      visibility: 'public',
    });
    await wilma.post('/v1/mcp/subscriptions', {
      server_id: server.body.id,
      plan: 'free',
    });
    // What she lets through, and makes, in her tenant.
    await admin.put(`${TENANT}/apis/crm-api/plans/basic`);
    const other = await plane
      .as('consumer')
      .post('/v1/applications', { name: 'Other' });
    const asked = await plane.as('consumer').post('/v1/subscriptions', {
      application_id: other.body.id,
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      plan: 'basic',
    });
    const { id } = asked.body.subscription;
    const approved = await wilma.post(`/v1/subscriptions/${id}/approve`);
    expect(approved.status).toBe(200);
    await wilma.post(`${TENANT}/webhooks`, {
      url: 'https://hooks.example.com/x',
      events: ['*'],
    });
    await wilma.post(`${TENANT}/alert-rules`, {
      name: 'Errors',
      metric: 'error_rate',
      threshold: 5,
      window: '15m',
      target: { channel: 'notification' },
    });
    await wilma.post(`${TENANT}/service-accounts`, {
      name: 'Robot',
      roles: ['viewer'],
      scopes: ['stoa:catalog:read'],
    });
    await wilma.post('/v1/deployments', {
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      environment: 'dev',
    });
    await wilma.post(`${TENANT}/apis/validate`, { definition: 'openapi: x' });
    await wilma.get('/v1/tenants/demo-tenant');
    const gateway = plane.as('plugin:api-runtime');
    const call = {
      timestamp: new Date().toISOString(),
      tenant_id: 'acme-corp',
      subject: 'wilma',
      client_id: 'desk',
    };
    const reported = await gateway.post('/v1/gateways/events', {
      metering: [
        {
          ...call,
          event_id: '0199a1de-0000-7000-8000-0000000000a1',
          kind: 'tool',
          server: 'crm-tools',
          tool: 'listcrmapi',
          status: 'success',
          latency_ms: 5,
        },
      ],
      errors: [
        {
          event_id: '0199a1de-0000-7000-8000-0000000000a2',
          timestamp: call.timestamp,
          tenant_id: 'acme-corp',
          subject: 'wilma',
          error_type: 'unknown',
          error_message: 'It failed',
          request: {},
          response: {},
        },
      ],
    });
    expect(reported.body.error).toBeUndefined();
    const question = await gateway.post('/v1/mcp/approvals', {
      server_id: 'acme-corp:crm-tools',
      tool: 'listcrmapi',
      subject: 'wilma',
      arguments: { who: 'Wilhelmina' },
      arguments_hash: 'a'.repeat(64),
    });
    await wilma.post(`/v1/mcp/approvals/${question.body.id}/deny`, {
      note: 'No',
    });
    await eventually(async () =>
      expect(await knex('outbox').select('id')).toEqual([]),
    );
    return {
      key: subscribed.body.api_key,
      subscription: subscribed.body.subscription.id,
    };
  }

  it('leaves nothing of a person, and everything else as it was', async () => {
    const { key, subscription } = await live();
    const before = Object.entries(await dump(knex))
      .filter(([, text]) => /wilma|wilhelmina/i.test(text))
      .map(([table]) => table);
    expect(before).toEqual(
      expect.arrayContaining([
        'alert_rules',
        'applications',
        'deployments',
        'feed',
        'idempotency_keys',
        'mcp_approvals',
        'mcp_error_snapshots',
        'mcp_subscriptions',
        'metering_events',
        'people',
        'person_grants',
        'person_keys',
        'service_accounts',
        'subscription_history',
        'subscriptions',
        'tenant_webhooks',
      ]),
    );
    const feed = followFeed(plane, ['entity']);
    await eventually(async () =>
      expect(feed.known.has('entity user:default/wilma')).toBe(true),
    );
    const count = async () => {
      const counts: Record<string, number> = {};
      for (const table of ['subscriptions', 'deployments', 'metering_events'])
        counts[table] = (await knex(table)).length;
      return counts;
    };
    const counts = await count();

    const erased = await erase('wilma');
    expect(erased.body).toEqual({
      status: 'erased',
      tombstone: expect.stringMatching(/^erased:/),
      identity_provider: 'erased',
      subscriptions_ended: 2,
      tenants_without_admin: [],
    });
    await eventually(async () => {
      expect(await knex('outbox').select('id')).toEqual([]);
      expect(feed.known.has('entity user:default/wilma')).toBe(false);
    });
    await feed.stop();
    const left = Object.entries(await dump(knex)).flatMap(([table, text]) =>
      (text.match(/.{0,60}(wilma|wilhelmina).{0,60}/gi) ?? []).map(
        found => `${table}: ${found}`,
      ),
    );
    expect(left).toEqual([]);
    expect(await count()).toEqual(counts);

    for (const tenant of ['acme-corp', 'demo-tenant', 'platform']) {
      const { body } = await platform().get(
        `/v1/tenants/${tenant}/audit/verify`,
      );
      expect([tenant, body.ok]).toEqual([tenant, true]);
    }
    const check = await plane
      .as('plugin:api-runtime')
      .post('/v1/subscriptions/validate-key', { api_key: key });
    expect(check.body.valid).not.toBe(true);
    const ended = await plane
      .as('demo-admin')
      .get(`/v1/subscriptions/${subscription}`);
    expect(ended.body.status).toBe('revoked');
    const robots = await plane
      .as('acme-admin')
      .get(`${TENANT}/service-accounts`);
    expect(robots.body.items).toMatchObject([
      { name: 'Robot', created_by: erased.body.tombstone },
    ]);
    // A token that was given before brings nobody back.
    expect((await plane.as('wilma').get('/v1/me')).status).toBe(401);
    expect((await erase('wilma')).status).toBe(404);
    expect(JSON.stringify(await dump(knex))).not.toMatch(/wilma/i);
  });

  it('is of somebody who is known, and somebody else', async () => {
    const robots = await knex('service_accounts').pluck('client_id');
    for (const subject of ['nobody', 'plugin:api-runtime', ...robots])
      expect((await erase(subject)).status).toBe(404);
    const own = await erase('platform-admin');
    expect(own.body.error.code).toBe('stoa.conflict');
    expect(
      (await plane.as('acme-admin').post('/v1/persons/consumer/erase')).status,
    ).toBe(403);
  });

  it('is done once, whoever asks for it at the same time', async () => {
    await plane.as('wanda').get('/v1/me');
    await knex('person_grants')
      .where({ tenant_id: 'demo-tenant', role: 'tenant-admin' })
      .whereNot({ subject: 'wanda' })
      .del();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => erase('wanda')),
    );
    const [first, ...more] = answers.filter(({ status }) => status === 200);
    for (const { body } of [first, ...more]) {
      expect(body).toMatchObject({
        tombstone: first.body.tombstone,
        tenants_without_admin: ['demo-tenant'],
      });
    }
    for (const { status } of answers) expect([200, 404]).toContain(status);
    const rows = await knex('person_erasures').where({
      tombstone: first.body.tombstone,
    });
    expect(rows).toMatchObject([{ status: 'erased', subject: null }]);
    await knex('person_erasures').update({
      finished_at: new Date(Date.now() - 25 * 3600_000).toISOString(),
    });
    await plane.sweep();
    expect(await knex('person_erasures')).toEqual([]);
  });

  it('knows every column that names somebody', async () => {
    const known = new Set([
      ...[...NAMED, ...FORGOTTEN].map(
        ([table, column]) => `${table}.${column}`,
      ),
      ...Object.keys(NOBODY),
    ]);
    const unknown: string[] = [];
    for (const table of await tablesOf(knex)) {
      for (const column of Object.keys(await knex(table).columnInfo())) {
        const names =
          /^(subject|email|recipient|actor|owner|owner_ref)$|_by$|subscriber/;
        if (names.test(column) && !known.has(`${table}.${column}`))
          unknown.push(`${table}.${column}`);
      }
    }
    expect(unknown).toEqual([]);
  });
});

describe('an erasure that is cut short', () => {
  it('is gone on with by the sweep', async () => {
    people.wilma = someone('wilma');
    const knex = await databases.init('SQLITE_3');
    let fails = true;
    const plane = await startControlPlane({
      knex,
      identityAdmin: {
        erasePerson: async () => {
          if (fails) throw new StoaError('stoa.unavailable', 'It is away.');
        },
      },
    });
    try {
      await plane.as('wilma').get('/v1/me');
      const path = '/v1/persons/wilma/erase';
      const asked = await plane.as('platform-admin').post(path);
      expect(asked.status).toBe(503);
      fails = false;
      await eventually(async () => {
        await plane.sweep();
        expect(await knex('person_erasures')).toMatchObject([
          { status: 'erased' },
        ]);
      });
      const texts = await dump(knex);
      expect(JSON.stringify(texts)).not.toMatch(/wilma/i);
    } finally {
      await plane.stop();
    }
  });
});
