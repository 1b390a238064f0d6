import { TestDatabases } from '@backstage/backend-test-utils';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { followFeed } from '../__testUtils__/followFeed';
import {
  createOrders,
  createTools,
  ORDERS_PATH,
} from '../__testUtils__/orders';
import { hashKey } from './keys';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const DAY_MS = 86_400_000;
const inDays = (days: number) =>
  new Date(Date.now() + days * DAY_MS).toISOString();

describe.each(databases.eachSupportedId())(
  'the life of subscriptions, %s',
  databaseId => {
    let plane: TestControlPlane;
    let knex: Awaited<ReturnType<typeof databases.init>>;
    let feed: ReturnType<typeof followFeed>;
    let serverId: string;

    const consumer = () => plane.as('consumer');
    const admin = () => plane.as('acme-admin');
    const validate = async (key: string) => {
      const { status, body } = await plane
        .as('plugin:api-runtime')
        .post('/v1/subscriptions/validate-key', { api_key: key });
      return status === 200 ? body : body.error.code;
    };
    const lookup = async (key: string) =>
      (
        await plane
          .as('plugin:api-runtime')
          .post('/v1/gateways/lookup', { key_hash: hashKey(key) })
      ).body;
    /** Subscribes to the API, or to its tools, and answers the address and the key. */
    const subscribe = async (to: 'api' | 'tools', who = consumer()) => {
      const { body: application } = await who.post('/v1/applications', {
        name: 'Order desk',
      });
      const made =
        to === 'api'
          ? await who.post('/v1/subscriptions', {
              application_id: application.id,
              tenant_id: 'acme-corp',
              api_id: 'orders-api',
              plan: 'free',
            })
          : await who.post('/v1/mcp/subscriptions', {
              server_id: serverId,
              plan: 'free',
            });
      const base = to === 'api' ? '/v1/subscriptions' : '/v1/mcp/subscriptions';
      const { subscription, api_key: key } = made.body;
      return { id: subscription.id, at: `${base}/${subscription.id}`, key };
    };
    const approved = async (to: 'api' | 'tools', body?: object) => {
      const made = await subscribe(to);
      expect((await admin().post(`${made.at}/approve`, body)).status).toBe(200);
      return made;
    };
    const expireAt = (to: 'api' | 'tools', id: string, expires_at: string) =>
      knex(to === 'api' ? 'subscriptions' : 'mcp_subscriptions')
        .where({ id })
        .update({ expires_at });

    beforeAll(async () => {
      knex = await databases.init(databaseId);
      plane = await startControlPlane({ knex });
      feed = followFeed(plane, ['key', 'subscription']);
      await createOrders(plane);
      serverId = await createTools(plane, {
        toolset_id: 'order-tools',
        visibility: 'public',
      });
      await admin().post(`${ORDERS_PATH}/publish`);
    });
    afterEach(async () => {
      // One live subscription to the tools at a time.
      for (const { id } of await knex('mcp_subscriptions').whereIn('status', [
        'pending',
        'active',
        'suspended',
      ]))
        await admin().post(`/v1/mcp/subscriptions/${id}/revoke`, {
          reason: 'Next',
        });
    });
    afterAll(async () => {
      await feed.stop();
      await plane.stop();
    });

    it.each(['api', 'tools'] as const)(
      'to %s: suspends and gives back',
      async to => {
        const { at, key } = await approved(to);
        expect(await validate(key)).toMatchObject({ valid: true });
        const stopped = await admin().post(`${at}/suspend`, {
          reason: 'Unpaid',
        });
        expect(stopped.body).toMatchObject({
          status: 'suspended',
          status_reason: 'Unpaid',
          permissions: { reactivate: true, suspend: false, rotate: false },
        });
        expect(await validate(key)).toBe('stoa.key.not_active');
        await eventually(async () =>
          expect(feed.heard).toContain(`delete key ${hashKey(key)}`),
        );
        const twice = await admin().post(`${at}/suspend`, { reason: 'Again' });
        expect(twice.body.error).toMatchObject({
          code: 'stoa.subscription.illegal_transition',
          details: { status: 'suspended', move: 'suspend' },
        });
        expect(
          (await consumer().post(`${at}/rotate-key`)).body.error.code,
        ).toBe('stoa.subscription.illegal_transition');
        expect((await admin().post(`${at}/reactivate`)).body.status).toBe(
          'active',
        );
        expect(await validate(key)).toMatchObject({ valid: true });
      },
    );

    it.each(['api', 'tools'] as const)(
      'to %s: replaces the key, and lets the old one end',
      async to => {
        const { id, at, key } = await approved(to);
        const rotate = (hours?: number, idempotency = '') =>
          consumer()
            .post(
              `${at}/rotate-key`,
              hours === undefined ? undefined : { grace_period_hours: hours },
            )
            .set(idempotency ? { 'Idempotency-Key': idempotency } : {});
        expect((await rotate(0)).body.error.details[0].field).toBe(
          'grace_period_hours',
        );
        expect((await rotate(169)).status).toBe(400);
        feed.heard.length = 0;
        const rotated = await rotate(48, `rotate-${id}`);
        expect(rotated.body).toMatchObject({
          subscription_id: id,
          grace_period_hours: 48,
          rotation_count: 1,
          new_api_key: expect.stringMatching(
            to === 'api' ? /^stoa_sk_\w{32}$/ : /^stoa_mcp_\w{32}$/,
          ),
          subscription: { id, status: 'active' },
        });
        const { new_api_key: fresh, old_key_expires_at: end } = rotated.body;
        expect(Math.abs(Date.parse(end) - Date.parse(inDays(2)))).toBeLessThan(
          60_000,
        );
        expect((await rotate(48, `rotate-${id}`)).body).toMatchObject({
          new_api_key: null,
          replayed: true,
        });
        await eventually(async () =>
          expect(feed.heard).toContain(`put key ${hashKey(key)}`),
        );
        expect(await validate(fresh)).not.toHaveProperty('warning');
        expect(await validate(key)).toMatchObject({
          valid: true,
          using_previous_key: true,
          key_expires_at: end,
          warning: expect.any(String),
        });
        expect(await lookup(key)).toMatchObject({
          subscription_id: id,
          expires_at: end,
        });
        expect((await rotate()).body.error.code).toBe(
          'stoa.subscription.rotation_in_grace',
        );

        const table = to === 'api' ? 'subscriptions' : 'mcp_subscriptions';
        await knex(table)
          .where({ id })
          .update({ previous_key_expires_at: inDays(-1) });
        expect(await validate(key)).toBe('stoa.key.unknown');
        expect(await lookup(key)).toEqual({ found: false });
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => rotate()),
        );
        expect(answers.map(a => a.status).sort()).toEqual([
          200,
          ...Array(19).fill(409),
        ]);
        const [{ body: last }] = answers.filter(a => a.status === 200);
        expect(last.grace_period_hours).toBe(24);

        await admin().post(`${at}/revoke`, { reason: 'Done' });
        const dead = [fresh, last.new_api_key];
        expect([await validate(dead[0]), await validate(dead[1])]).toEqual([
          'stoa.key.not_active',
          'stoa.key.not_active',
        ]);
        await eventually(async () =>
          expect(feed.heard).toEqual(
            expect.arrayContaining(dead.map(k => `delete key ${hashKey(k)}`)),
          ),
        );
        const history = await consumer().get(`${at}/history`);
        expect(history.body.items.map((e: any) => e.event)).toEqual([
          'subscription-created',
          'subscription-approved',
          'subscription-key-rotated',
          'subscription-key-rotated',
          'subscription-revoked',
        ]);
        // Of the keys, nothing but hash and beginning is anywhere.
        for (const row of [
          ...(await knex('outbox')),
          ...(await knex('audit_log')),
          ...(await knex('idempotency_keys')),
        ])
          expect(JSON.stringify(row)).not.toContain(fresh);
      },
    );

    it.each(['api', 'tools'] as const)(
      'to %s: ends by itself, but not before it is put off and warned of',
      async to => {
        const waiting = await subscribe(to);
        const past = await admin().post(`${waiting.at}/approve`, {
          expires_at: inDays(-1),
        });
        expect(past.body.error.details[0].field).toBe('expires_at');
        const end = inDays(5);
        const { body } = await admin().post(`${waiting.at}/approve`, {
          expires_at: end,
        });
        expect(body).toMatchObject({ status: 'active', expires_at: end });
        const { id, at, key } = waiting;
        const rotated = await consumer().post(`${at}/rotate-key`, {
          grace_period_hours: 168,
        });
        expect(rotated.body.old_key_expires_at).toBe(end);

        const told = () =>
          plane.notifications
            .map(n => n.payload.title)
            .filter(title => title.includes(`ends on`));
        const before = told().length;
        await plane.sweep();
        await plane.sweep();
        await eventually(async () => expect(told()).toHaveLength(before + 1));
        expect(told()[before]).toContain(end.slice(0, 10));

        const extend = (extend_days: number, who = consumer()) =>
          who.post(`${at}/extend`, { extend_days });
        expect((await extend(8)).body.error.details[0].field).toBe(
          'extend_days',
        );
        expect((await extend(7)).body.expires_at).toBe(
          new Date(Date.parse(end) + 7 * DAY_MS).toISOString(),
        );
        const more = await Promise.all(
          Array.from({ length: 20 }, () => extend(14, admin())),
        );
        expect(more.map(a => a.status).sort()).toEqual([
          200,
          ...Array(19).fill(409),
        ]);
        expect((await consumer().get(at)).body).toMatchObject({
          expires_at: new Date(Date.parse(end) + 21 * DAY_MS).toISOString(),
          permissions: { extend: false },
        });

        await expireAt(to, id, inDays(-1));
        expect(await validate(rotated.body.new_api_key)).toBe(
          'stoa.key.not_active',
        );
        expect(await validate(key)).toBe('stoa.key.not_active');
        await plane.sweep();
        expect((await consumer().get(at)).body.status).toBe('expired');
        await eventually(async () => {
          expect(feed.heard).toContain(
            `delete key ${hashKey(rotated.body.new_api_key)}`,
          );
          expect(
            plane.notifications.some(n =>
              n.payload.title.endsWith('is expired'),
            ),
          ).toBe(true);
        });
        const late = await admin().post(`${at}/reactivate`);
        expect(late.body.error.details.status).toBe('expired');
      },
    );

    it('does not extend what has no end', async () => {
      const { at } = await approved('api');
      const { body } = await consumer().post(`${at}/extend`, {
        extend_days: 7,
      });
      expect(body.error).toMatchObject({
        code: 'stoa.conflict',
        message: 'The subscription has no end.',
      });
    });

    it('decides on many, each by itself', async () => {
      const [one, two] = [await subscribe('api'), await subscribe('api')];
      const own = await subscribe('api', admin());
      await admin().post(`${two.at}/reject`, { reason: 'No' });
      const unknown = '0199a1de-0000-7000-8000-000000000009';
      const decide = (body: object, tenant = 'acme-corp', who = admin()) =>
        who.post(`/v1/subscriptions/tenant/${tenant}/decide`, body);
      const answer = await decide({
        decision: 'approve',
        ids: [one.id, two.id, own.id, unknown],
      });
      expect(answer.body.items).toMatchObject([
        { id: one.id, status: 'active' },
        { id: two.id, error: { code: 'stoa.subscription.illegal_transition' } },
        { id: own.id, error: { code: 'stoa.subscription.own_request' } },
        { id: unknown, error: { code: 'stoa.not_found' } },
      ]);
      const elsewhere = await decide(
        { decision: 'revoke', reason: 'x', ids: [one.id] },
        'demo-tenant',
        plane.as('platform-admin'),
      );
      expect(elsewhere.body.items).toMatchObject([
        { error: { code: 'stoa.not_found' } },
      ]);
      expect(
        (await decide({ decision: 'revoke', ids: [one.id] })).body.error
          .details[0].field,
      ).toBe('reason');
      expect(
        (await decide({ decision: 'extend', ids: [one.id] })).body.error
          .details[0].field,
      ).toBe('decision');
      const revoked = await decide({
        decision: 'revoke',
        reason: 'Over',
        ids: [one.id],
      });
      expect(revoked.body.items).toEqual([{ id: one.id, status: 'revoked' }]);
    });

    it('tells gateways of keys to tools too', async () => {
      const { key } = await approved('tools');
      expect(await validate(key)).toMatchObject({
        valid: true,
        server_id: serverId,
        tools: 'all',
        tenant_id: 'acme-corp',
        subscriber_id: 'consumer',
        plan: 'free',
        expires_at: null,
      });
    });

    it('lets subscribers give tools up, and ask for others', async () => {
      const { at, id } = await approved('tools');
      const path = `${at}/tool-grants`;
      const set = async (who: string, tools: unknown) =>
        plane.as(who).put(path, { tools });
      const states = ({ body }: { body: any }) =>
        body.items.map((t: any) => `${t.name} ${t.status}`);
      const granted = async () =>
        (
          await plane
            .as('plugin:api-runtime')
            .post('/v1/gateways/lookup', { subject: 'consumer' })
        ).body.subscriptions[0].tools;

      expect(states(await consumer().get(path))).toEqual([
        'listOrders enabled',
        'getOrder enabled',
      ]);
      const wrong = await set('consumer', ['getOrder', 'dropOrders']);
      expect(wrong.body.error.details).toEqual([
        { field: 'tools.1', message: 'is not a tool of this server' },
      ]);
      expect(states(await set('consumer', ['getOrder']))).toEqual([
        'listOrders disabled',
        'getOrder enabled',
      ]);
      expect(await granted()).toEqual(['getOrder']);
      const asked = await set('consumer', 'all');
      expect(states(asked)).toEqual([
        'listOrders pending_approval',
        'getOrder enabled',
      ]);
      expect(await granted()).toEqual(['getOrder']);
      await eventually(async () => {
        expect(feed.heard).toContain('put subscription subject:consumer');
        expect(
          plane.notifications.some(n =>
            n.payload.title.startsWith('More tools of order-tools'),
          ),
        ).toBe(true);
      });
      expect((await set('acme-devops', 'all')).status).toBe(403);
      expect((await set('demo-admin', 'all')).status).toBe(404);
      const all = await set('acme-admin', 'all');
      expect(all.body.tools).toBe('all');
      expect(await granted()).toBe('all');
      // The seed's address of the same thing.
      const alias = await consumer().get(`/v1/subscriptions/${id}/tool-grants`);
      expect(alias.body).toEqual(all.body);
      await admin().post(`${at}/revoke`, { reason: 'Over' });
      const late = await set('acme-admin', ['getOrder']);
      expect(late.body.error.code).toBe('stoa.subscription.illegal_transition');
    });
  },
);
