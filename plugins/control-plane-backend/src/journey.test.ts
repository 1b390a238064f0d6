import { TestDatabases } from '@backstage/backend-test-utils';
import { createHash } from 'node:crypto';
import { verifyChain } from './audit/AuditChain';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from './__testUtils__';

jest.setTimeout(120_000);

const DEFINITION = `openapi: 3.0.3
info: { title: Orders API, version: 1.0.0 }
paths:
  /orders:
    get:
      operationId: listOrders
      responses: { '200': { description: Orders } }
`;

const ORDERS = {
  api_id: 'orders-api',
  display_name: 'Orders API',
  version: '1.0.0',
  visibility: 'public',
  environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7011' }],
  definition: DEFINITION,
};

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())(
  'from a document to a called API, %s',
  databaseId => {
    let plane: TestControlPlane;
    let knex: Awaited<ReturnType<typeof databases.init>>;

    beforeAll(async () => {
      knex = await databases.init(databaseId);
      plane = await startControlPlane({ knex });
    });
    afterAll(() => plane.stop());

    const item = '/v1/tenants/acme-corp/apis/orders-api';

    it('creates an API as a commit whose author is the caller', async () => {
      const created = await plane
        .as('acme-admin')
        .post('/v1/tenants/acme-corp/apis', ORDERS)
        .set('X-Request-ID', 'journey-1');
      expect(created.body).toMatchObject({
        api_id: 'orders-api',
        status: 'draft',
        operation_count: 1,
      });
      expect(created.status).toBe(201);
      expect(created.headers.etag).toMatch(/^"[0-9a-f]{40}"$/);
      const history = await plane.as('acme-viewer').get(`${item}/history`);
      expect(history.body.items).toEqual([
        expect.objectContaining({
          author: 'The acme-admin',
          message: 'Create orders-api 1.0.0',
          correlation_id: 'journey-1',
        }),
      ]);
      const definition = await plane
        .as('acme-viewer')
        .get(`${item}/versions/1.0.0/definition`);
      expect(definition.text).toBe(DEFINITION);
      expect(definition.headers.etag).toBe(
        `"${createHash('sha256').update(DEFINITION).digest('hex')}"`,
      );
    });

    it('refuses what exists, what is stale, and what is not allowed', async () => {
      const again = await plane
        .as('acme-admin')
        .post('/v1/tenants/acme-corp/apis', ORDERS);
      expect([again.status, again.body.error.code]).toEqual([
        409,
        'stoa.api.exists',
      ]);
      const noMatch = await plane
        .as('acme-admin')
        .put(item, { description: 'x' });
      expect([noMatch.status, noMatch.body.error.code]).toEqual([
        428,
        'stoa.precondition_required',
      ]);
      const stale = await plane
        .as('acme-admin')
        .put(item, { description: 'x' })
        .set('If-Match', '"old"');
      expect([stale.status, stale.body.error.code]).toEqual([
        412,
        'stoa.precondition_failed',
      ]);
      const viewer = await plane
        .as('acme-viewer')
        .post('/v1/tenants/acme-corp/apis', ORDERS);
      expect(viewer.body.error).toMatchObject({
        code: 'stoa.forbidden',
        details: { missing: ['role:devops'] },
      });
      const foreign = await plane.as('demo-admin').get(item);
      const unknown = await plane
        .as('demo-admin')
        .get('/v1/tenants/no-such-tenant/apis/orders-api');
      expect([foreign.status, foreign.body.error.message]).toEqual([
        404,
        unknown.body.error.message,
      ]);
      for (const [field, value] of [
        ['api_id', 'default'],
        ['api_id', 'stoa-orders'],
        ['display_name', '   '],
        ['display_name', 'Orders \u202eIPA'],
      ]) {
        const wrong = await plane
          .as('acme-admin')
          .post('/v1/tenants/acme-corp/apis', {
            ...ORDERS,
            api_id: 'wrong-field',
            [field]: value,
          });
        expect(wrong.body.error).toMatchObject({
          code: 'stoa.validation',
          details: [{ field }],
        });
      }
      // The last two look like versions, and are none that Git's reader takes.
      const head = await plane.repository.head();
      for (const version of ['one', '1.0.0-01', '99999999999999999999.0.0']) {
        const wrong = await plane
          .as('acme-admin')
          .post('/v1/tenants/acme-corp/apis', {
            ...ORDERS,
            api_id: 'wrong-version',
            version,
          });
        expect(wrong.body.error).toMatchObject({
          code: 'stoa.validation',
          details: [{ field: 'version' }],
        });
      }
      expect(await plane.repository.head()).toBe(head);
    });

    it('publishes it and deploys it to dev, every step recorded', async () => {
      const hidden = await plane
        .as('consumer')
        .get('/v1/portal/apis/acme-corp:orders-api');
      expect(hidden.status).toBe(404);
      const answers = await Promise.all(
        Array.from({ length: 4 }, () =>
          plane.as('acme-devops').post(`${item}/publish`),
        ),
      );
      expect(answers.map(a => a.status)).toEqual([202, 202, 202, 202]);
      const history = await plane.as('acme-viewer').get(`${item}/history`);
      expect(
        history.body.items.map((c: { message: string }) => c.message),
      ).toEqual(['Publish orders-api 1.0.0', 'Create orders-api 1.0.0']);
      const [published] = answers;
      const id = published.body.deployment.id;
      await eventually(async () => {
        const deployment = await plane
          .as('acme-viewer')
          .get(`/v1/deployments/${id}`);
        expect(deployment.body.status).toBe('success');
      });
      const trace = await plane
        .as('acme-viewer')
        .get(`/v1/deployments/${id}/trace`);
      expect(
        trace.body.steps.map((s: { name: string; status: string }) => [
          s.name,
          s.status,
        ]),
      ).toEqual([
        ['fetch-spec', 'success'],
        ['validate', 'success'],
        ['convert', 'skipped'],
        ['import', 'success'],
        ['apply-policies', 'success'],
        ['activate', 'success'],
        ['verify', 'success'],
      ]);
      const found = await plane.as('consumer').get('/v1/portal/apis?q=ORDERS');
      expect(found.body.items).toMatchObject([
        {
          api_id: 'orders-api',
          deployed: [
            { gateway_path: '/gateway/dev/acme-corp/orders-api/1.0.0' },
          ],
        },
      ]);
      expect(JSON.stringify(found.body)).not.toContain('127.0.0.1');
    });

    it('subscribes, approves once among twenty, and revokes', async () => {
      const consumer = plane.as('consumer');
      const application = await consumer.post('/v1/applications', {
        name: 'Order desk',
      });
      const body = {
        application_id: application.body.id,
        tenant_id: 'acme-corp',
        api_id: 'orders-api',
        plan: 'basic',
      };
      const subscribed = await consumer
        .post('/v1/subscriptions', body)
        .set('Idempotency-Key', 'once');
      expect(subscribed.status).toBe(201);
      const { subscription, api_key: key } = subscribed.body;
      expect(key).toMatch(/^stoa_sk_[A-Za-z0-9]{32}$/);
      expect(subscription).toMatchObject({
        status: 'pending',
        permissions: { cancel: true, approve: false },
      });
      const replay = await consumer
        .post('/v1/subscriptions', body)
        .set('Idempotency-Key', 'once');
      expect(replay.body).toEqual({
        subscription,
        api_key: null,
        replayed: true,
      });
      const twice = await consumer.post('/v1/subscriptions', body);
      expect(twice.body.error.code).toBe('stoa.subscription.exists');
      const row = await knex('subscriptions')
        .where({ id: subscription.id })
        .first();
      expect([row.api_key_hash, row.api_key_prefix]).toEqual([
        createHash('sha256').update(key).digest('hex'),
        key.slice(0, 12),
      ]);

      const gateway = plane.as('plugin:api-runtime');
      const lookup = () =>
        gateway.post('/v1/gateways/lookup', { key_hash: row.api_key_hash });
      expect((await lookup()).body).toMatchObject({
        found: true,
        status: 'pending',
        rate_limit: 60,
      });
      expect(
        (await gateway.post('/v1/subscriptions/validate-key', { api_key: key }))
          .status,
      ).toBe(403);
      expect(
        (
          await plane
            .as('platform-admin')
            .post('/v1/gateways/lookup', { key_hash: row.api_key_hash })
        ).status,
      ).toBe(403);

      const pending = await plane
        .as('acme-admin')
        .get('/v1/subscriptions/tenant/acme-corp/pending');
      expect(pending.body.items).toMatchObject([
        { id: subscription.id, permissions: { approve: true } },
      ]);
      expect(
        (
          await plane
            .as('other-consumer')
            .get(`/v1/subscriptions/${subscription.id}`)
        ).status,
      ).toBe(404);
      expect(
        (
          await plane
            .as('acme-devops')
            .post(`/v1/subscriptions/${subscription.id}/approve`)
        ).status,
      ).toBe(403);

      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          plane
            .as('acme-admin')
            .post(`/v1/subscriptions/${subscription.id}/approve`),
        ),
      );
      expect(answers.map(a => a.status).sort()).toEqual([
        200,
        ...Array(19).fill(409),
      ]);
      expect((await lookup()).body.status).toBe('active');
      expect(
        (await gateway.post('/v1/subscriptions/validate-key', { api_key: key }))
          .body,
      ).toMatchObject({
        valid: true,
        subscription_id: subscription.id,
        application_name: 'Order desk',
      });
      await eventually(async () => {
        expect(plane.notifications.map(n => n.payload.title)).toContain(
          'Your subscription to orders-api is active',
        );
      });

      const used = await plane.as('acme-admin').get(item);
      const deletion = await plane
        .as('acme-admin')
        .delete(item)
        .set('If-Match', used.headers.etag);
      expect(deletion.body.error.code).toBe('stoa.api.in_use');

      const revoked = await plane
        .as('acme-admin')
        .post(`/v1/subscriptions/${subscription.id}/revoke`, {
          reason: 'Contract ended',
        });
      expect(revoked.body).toMatchObject({
        status: 'revoked',
        status_reason: 'Contract ended',
      });
      const events = await plane
        .as('consumer')
        .get(`/v1/subscriptions/${subscription.id}/history`);
      expect(events.body.items.map((e: { event: string }) => e.event)).toEqual([
        'subscription-created',
        'subscription-approved',
        'subscription-revoked',
      ]);
    });

    it('counts calls once, for consumer and provider', async () => {
      const call = {
        event_id: '0199a1de-0000-7000-8000-00000000000a',
        timestamp: new Date().toISOString(),
        kind: 'api',
        tenant_id: 'acme-corp',
        subject: 'consumer',
        api: 'orders-api',
        status: 'success',
        http_status: 200,
        latency_ms: 12,
      };
      for (let i = 0; i < 2; i += 1) {
        const sent = await plane
          .as('plugin:api-runtime')
          .post('/v1/gateways/events', { metering: [call] });
        expect(sent.status).toBe(202);
      }
      const mine = await plane.as('consumer').get('/v1/my/usage');
      expect(mine.body).toMatchObject({
        totals: { calls: 1, errors: 0 },
        items: [{ api_id: 'orders-api', calls: 1 }],
      });
      const theirs = await plane
        .as('acme-viewer')
        .get('/v1/tenants/acme-corp/usage');
      expect(theirs.body.totals.calls).toBe(1);
      expect(
        (await plane.as('demo-admin').get('/v1/tenants/acme-corp/usage'))
          .status,
      ).toBe(404);
    });

    it('keeps an audit that verifies, and breaks when a row is changed', async () => {
      await eventually(async () => {
        const audit = await plane
          .as('acme-admin')
          .get('/v1/tenants/acme-corp/audit?limit=100');
        const entries = audit.body.items.map(
          (e: { actor: string; action: string }) => [e.actor, e.action],
        );
        expect(entries).toEqual(
          expect.arrayContaining([
            ['The acme-admin', 'stoa.api.create'],
            ['The acme-devops', 'stoa.api.publish'],
            ['The consumer', 'stoa.subscription.create'],
            ['The acme-admin', 'stoa.subscription.decide'],
          ]),
        );
      });
      expect(await verifyChain(knex, 'acme-corp')).toMatchObject({ ok: true });
      const change = () =>
        knex('audit_log')
          .where({ tenant_id: 'acme-corp', seq: 2 })
          .update({ action: 'nothing' })
          .then(
            () => 'changed',
            error => error.message,
          );
      // PostgreSQL refuses; what gets past it is found.
      const first = await change();
      expect(first).toMatch(
        databaseId === 'SQLITE_3' ? /^changed$/ : /append-only/,
      );
      if (databaseId !== 'SQLITE_3') {
        await knex.raw(
          'ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only',
        );
        await change();
      }
      expect(await verifyChain(knex, 'acme-corp')).toMatchObject({
        ok: false,
        brokenAt: 2,
      });
    });
  },
);
