import { RootLoggerService } from '@backstage/backend-plugin-api';
import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { isSigned, Receiver } from '../__testUtils__/Receiver';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const HOOKS = '/v1/tenants/acme-corp/webhooks';
const MINUTE_MS = 60_000;
const minutesFromNow = (minutes: number) =>
  new Date(Date.now() + minutes * MINUTE_MS).toISOString();

/** A logger that keeps all it is told. */
function keepingLogger(lines: string[]): RootLoggerService {
  const keep = (message: string, meta?: unknown) =>
    void lines.push(
      `${message} ${meta instanceof Error ? meta.stack : JSON.stringify(meta)}`,
    );
  const logger: RootLoggerService = {
    error: keep,
    warn: keep,
    info: keep,
    debug: keep,
    child: () => logger,
  };
  return logger;
}

describe.each(databases.eachSupportedId())('webhooks, %s', databaseId => {
  let knex: Knex;
  let receiver: Receiver;
  let closed: Receiver;
  let plane: TestControlPlane;
  let application: string;
  const logged: string[] = [];

  const admin = () => plane.as('acme-admin');

  /** Makes a webhook; those of one test are apart by the path of their address. */
  const hook = async (
    name: string,
    input: object = {},
  ): Promise<{ id: string; at: string; secret: string }> => {
    const made = await admin().post(HOOKS, {
      url: `${receiver.url}/${name}`,
      events: ['*'],
      ...input,
    });
    expect([made.status, made.body.error]).toEqual([201, undefined]);
    const { webhook, secret } = made.body;
    return { id: webhook.id, at: `${HOOKS}/${webhook.id}`, secret };
  };

  /** Two events in acme-corp: a subscription is created and cancelled. */
  const happen = async () => {
    const consumer = plane.as('consumer');
    const made = await consumer.post('/v1/subscriptions', {
      application_id: application,
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      plan: 'free',
    });
    const { id } = made.body.subscription;
    const cancelled = await consumer.delete(`/v1/subscriptions/${id}`);
    expect(cancelled.status).toBeLessThan(300);
    return id as string;
  };

  const deliveriesOf = async (at: string, query = '') =>
    (await admin().get(`${at}/deliveries${query}`)).body.items as Record<
      string,
      any
    >[];

  /** Moves the clock on for what waits. */
  const makeDue = (webhookId: string) =>
    knex('webhook_deliveries')
      .where({ webhook_id: webhookId })
      .whereIn('status', ['pending', 'sending'])
      .update({ next_attempt_at: minutesFromNow(-1) });

  /** A delivery that waits, without an event having happened. */
  const put = async (webhookId: string, fields: object = {}) => {
    const id = uuid();
    await knex('webhook_deliveries').insert({
      id,
      webhook_id: webhookId,
      tenant_id: 'acme-corp',
      event_id: id,
      event_type: 'api-created',
      payload: JSON.stringify({ event_id: id }),
      status: 'pending',
      attempts: 0,
      created_at: minutesFromNow(0),
      next_attempt_at: minutesFromNow(-1),
      ...fields,
    });
    return id;
  };

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    receiver = await Receiver.start();
    closed = await Receiver.start();
    plane = await startControlPlane({
      knex,
      allow: [receiver.allowance],
      logger: keepingLogger(logged),
    });
    const made = await plane
      .as('consumer')
      .post('/v1/applications', { name: 'Order desk' });
    application = made.body.id;
    // What happened while it started is told to nobody.
    await eventually(async () => {
      const left = await knex('outbox').select('id');
      if (left.length > 0) throw new Error(`${left.length} are on their way`);
    });
  });
  afterEach(async () => {
    receiver.respond = response => response.writeHead(204).end();
    receiver.received.length = 0;
    const { items } = (await admin().get(`${HOOKS}?limit=100`)).body;
    for (const { id } of items) await admin().delete(`${HOOKS}/${id}`);
  });
  afterAll(async () => {
    await plane.stop();
    await receiver.stop();
    await closed.stop();
  });

  it('sends the events asked for, signed byte by byte', async () => {
    const all = await hook('all');
    const globbed = await hook('globbed', { events: ['subscription-c*'] });
    const dotted = await hook('dotted', {
      events: ['subscription.created', 'deploy-*'],
      secret: 'a-secret-of-their-own',
    });
    expect(all.secret).toMatch(/^stoa_whs_[\w-]{43}$/);
    expect(dotted.secret).toBeNull();
    await hook('silent', { events: ['deploy-*', 'deployment.succeeded'] });
    const subscription = await happen();

    const both = ['subscription-cancelled', 'subscription-created'];
    const typesAt = (name: string) =>
      receiver
        .at(name)
        .map(r => r.headers['x-webhook-event'])
        .sort();
    await eventually(async () => {
      expect(typesAt('all')).toEqual(both);
      expect(typesAt('globbed')).toEqual(both);
      expect(typesAt('dotted')).toEqual(['subscription-created']);
    });
    expect(receiver.at('silent')).toEqual([]);

    const [{ headers, event }] = receiver.at('dotted');
    expect(event).toMatchObject({
      event_type: 'subscription-created',
      tenant_id: 'acme-corp',
      source: 'control-plane',
      payload: { subscription_id: subscription, api_id: 'crm-api' },
    });
    expect(headers['content-type']).toBe('application/json');
    for (const { received, secret } of [
      { received: receiver.at('all'), secret: all.secret },
      { received: receiver.at('globbed'), secret: globbed.secret },
      { received: receiver.at('dotted'), secret: 'a-secret-of-their-own' },
    ]) {
      for (const request of received) {
        expect(isSigned(request, secret)).toBe(true);
        const [first] = request.body;
        const changed = Buffer.from([first ^ 1, ...request.body.subarray(1)]);
        expect(isSigned({ ...request, body: changed }, secret)).toBe(false);
      }
    }
    await eventually(async () => {
      const deliveries = await deliveriesOf(dotted.at);
      expect(deliveries).toMatchObject([
        {
          id: headers['x-webhook-delivery'],
          event_id: event.event_id,
          status: 'delivered',
          attempts: 1,
          response_code: 204,
          payload: event,
        },
      ]);
    });
    // The same event once more, as after a crash of the relay, is no other delivery.
    const count = receiver.received.length;
    await knex('outbox').insert({
      id: uuid(),
      channel: 'event',
      topic: 'subscriptions',
      tenant_id: 'acme-corp',
      partition: 0,
      aggregate: 'x',
      aggregate_version: 1,
      message: JSON.stringify(event),
      state: 'pending',
      attempts: 0,
      created_at: minutesFromNow(0),
    });
    await happen();
    await eventually(async () =>
      expect(receiver.received).toHaveLength(count + 5),
    );
    expect(receiver.at('dotted')).toHaveLength(2);
    await eventually(async () =>
      expect(await knex('outbox').select('id')).toEqual([]),
    );
  });

  it('tries again after a while, gives up, and sends once more when told to', async () => {
    const { id, at, secret } = await hook('failing', {
      events: ['subscription-created'],
    });
    receiver.respond = response => response.writeHead(500).end('Out of order');
    await happen();
    for (const [index, minutes] of [1, 5, 15, 60, 120].entries()) {
      const [delivery] = await eventually(async () => {
        const found = await deliveriesOf(at);
        expect(found).toMatchObject([
          { status: 'pending', attempts: index + 1, response_code: 500 },
        ]);
        return found;
      });
      expect(delivery).toMatchObject({
        error: 'status',
        response_body: 'Out of order',
      });
      const wait =
        Date.parse(delivery.next_attempt_at) -
        Date.parse(delivery.last_attempt_at);
      expect(wait).toBeGreaterThanOrEqual(minutes * MINUTE_MS);
      expect(wait).toBeLessThan(minutes * MINUTE_MS * 1.21);
      await makeDue(id);
    }
    const [dead] = await eventually(async () => {
      const found = await deliveriesOf(at, '?status=dead');
      expect(found).toHaveLength(1);
      return found;
    });
    expect(dead).toMatchObject({ attempts: 6, status: 'dead' });
    expect(dead.next_attempt_at).toBeUndefined();
    expect((await admin().get(at)).body.consecutive_failures).toBe(6);
    const attempts = receiver.at('failing');
    expect(attempts).toHaveLength(6);
    for (const { headers, body } of attempts) {
      expect(headers['x-webhook-delivery']).toBe(dead.id);
      expect(body.equals(attempts[0].body)).toBe(true);
    }

    receiver.respond = response => response.end('Thank you');
    const replays = await Promise.all(
      Array.from({ length: 20 }, () =>
        admin().post(`${at}/deliveries/${dead.id}/replay`),
      ),
    );
    const [accepted, ...others] = replays.sort((a, b) => a.status - b.status);
    expect([accepted.status, accepted.body.attempts]).toEqual([202, 0]);
    for (const { status, body } of others) {
      expect([status, body.error.code]).toEqual([
        409,
        'stoa.webhook.illegal_transition',
      ]);
      expect(['pending', 'sending', 'delivered']).toContain(
        body.error.details.status,
      );
    }
    await eventually(async () =>
      expect(await deliveriesOf(at)).toMatchObject([
        { id: dead.id, status: 'delivered', attempts: 1 },
      ]),
    );
    expect(receiver.at('failing')).toHaveLength(7);
    expect(isSigned(receiver.at('failing')[6], secret)).toBe(true);
    const { body } = await admin().get(at);
    expect(body.consecutive_failures).toBe(0);
    expect(Date.parse(body.last_success_at)).toBeGreaterThan(
      Date.parse(body.last_failure_at),
    );
  });

  it('sends each delivery once, also from several processes', async () => {
    const other = await startControlPlane({
      knex,
      allow: [receiver.allowance],
    });
    try {
      const { id } = await hook('shared');
      const made = await Promise.all(Array.from({ length: 60 }, () => put(id)));
      await eventually(async () =>
        expect(
          await knex('webhook_deliveries')
            .where({ webhook_id: id, status: 'delivered' })
            .select('id'),
        ).toHaveLength(60),
      );
      const seen = receiver
        .at('shared')
        .map(r => r.headers['x-webhook-delivery']);
      expect(seen.sort()).toEqual(made.sort());
    } finally {
      await other.stop();
    }
  });

  it('takes over what a process had in hand that died', async () => {
    const { id, at } = await hook('orphan');
    const orphan = { status: 'sending', claimed_by: uuid() };
    const held = await put(id, {
      ...orphan,
      next_attempt_at: minutesFromNow(1),
    });
    const due = await put(id, orphan);
    await eventually(async () =>
      expect(await deliveriesOf(at, '?status=delivered')).toMatchObject([
        { id: due },
      ]),
    );
    expect(await deliveriesOf(at, '?status=sending')).toMatchObject([
      { id: held },
    ]);
    await makeDue(id);
    await eventually(async () =>
      expect(await deliveriesOf(at, '?status=delivered')).toHaveLength(2),
    );
  });

  it('lets no tenant wait for a slow receiver of another', async () => {
    const held: (() => void)[] = [];
    receiver.respond = (response, { path }) => {
      const answer = () => response.writeHead(204).end();
      if (path.endsWith('/slow')) held.push(answer);
      else answer();
    };
    const slow = await plane
      .as('demo-admin')
      .post('/v1/tenants/demo-tenant/webhooks', {
        url: `${receiver.url}/slow`,
        events: ['*'],
      });
    const { id } = slow.body.webhook;
    for (let n = 0; n < 30; n++) await put(id, { tenant_id: 'demo-tenant' });
    await eventually(async () => expect(held.length).toBeGreaterThanOrEqual(8));
    const { at } = await hook('quick');
    await happen();
    await eventually(async () =>
      expect(await deliveriesOf(at, '?status=delivered')).toHaveLength(2),
    );
    expect(held.length).toBeLessThan(20);
    // What happened in acme-corp is no business of theirs.
    expect(receiver.at('slow').filter(r => r.event.tenant_id)).toEqual([]);
    await plane
      .as('demo-admin')
      .delete(`/v1/tenants/demo-tenant/webhooks/${id}`);
    for (const answer of held) answer();
  });

  it('goes nowhere that it must not', async () => {
    const refusedOnSight = [
      'http://169.254.169.254/latest/meta-data/',
      'http://[fd00:ec2::254]/',
      'http://0x7f.1/',
      'http://localhost:7012x/',
      `http://localhost:${new URL(closed.url).port}/`,
      closed.url,
      'http://user:pass@example.com/',
      'ftp://example.com/',
      'https://example.com/#part',
      'https://exa mple.com/',
      'nonsense',
    ];
    for (const url of refusedOnSight) {
      const { status, body } = await admin().post(HOOKS, {
        url,
        events: ['*'],
      });
      expect([url, status, body.error?.details?.[0].field]).toEqual([
        url,
        400,
        'url',
      ]);
    }

    const { id, at, secret } = await hook('moved');
    receiver.respond = (response, { path }) =>
      path === '/hook/moved'
        ? response.writeHead(307, { location: '/hook/elsewhere' }).end()
        : response.end();
    const redirected = await admin().post(`${at}/test`);
    expect(redirected.body).toMatchObject({
      delivered: false,
      error: 'redirect',
      response_code: 307,
    });
    expect(receiver.at('elsewhere')).toEqual([]);
    expect(isSigned(receiver.at('moved')[0], secret)).toBe(true);

    // Names are judged by what they stand for when they are called.
    const elsewhere = async (url: string) => {
      await knex('tenant_webhooks').where({ id }).update({ url });
      return (await admin().post(`${at}/test`)).body;
    };
    for (const url of [
      'http://169.254.169.254/latest/meta-data/',
      closed.url,
      closed.url.replace('127.0.0.1', 'localhost'),
      plane.url,
    ]) {
      const answer = await elsewhere(url);
      expect([url, answer]).toEqual([
        url,
        {
          delivered: false,
          delivery_id: expect.any(String),
          error: 'refused_address',
          duration_ms: expect.any(Number),
        },
      ]);
    }
    expect(closed.received).toEqual([]);
    const waiting = await put(id);
    await eventually(async () =>
      expect(await deliveriesOf(at)).toMatchObject([
        { id: waiting, error: 'refused_address', status: 'pending' },
      ]),
    );
  });

  it('reads little of what is answered, and keeps no secret of it', async () => {
    const secret = 'looks-like-any-other-word';
    const { at } = await hook('chatty', { secret });
    let written = 0;
    let hungUp: Promise<void> | undefined;
    receiver.respond = response => {
      hungUp = new Promise(done => void response.on('close', () => done()));
      response.write(
        `Thank you for ${secret}\0, token: eyJhbGciOiJIUzI1NiJ9.e30.sig `,
      );
      const chunk = Buffer.alloc(65_536, 'x');
      const more = () => {
        if (response.destroyed || written > 1e9) return;
        written += chunk.length;
        if (response.write(chunk)) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    };
    await happen();
    const [delivery] = await eventually(async () => {
      const found = await deliveriesOf(at, '?status=delivered');
      expect(found.length).toBeGreaterThan(0);
      return found;
    });
    await hungUp;
    expect(written).toBeLessThan(50e6);
    expect(delivery.response_body).toMatch(/^Thank you for \*\*\*, token: \*/);
    expect(delivery.response_body.length).toBeLessThanOrEqual(2_000);
  });

  it('keeps what waits while it is disabled, and forgets it when it is deleted', async () => {
    const { id, at } = await hook('off', { enabled: false });
    await happen();
    const waiting = await put(id);
    const sentinel = await hook('sentinel');
    await happen();
    await eventually(async () =>
      expect(await deliveriesOf(sentinel.at, '?status=delivered')).toHaveLength(
        2,
      ),
    );
    expect(receiver.at('off')).toEqual([]);
    expect(await deliveriesOf(at)).toMatchObject([
      { id: waiting, status: 'pending', attempts: 0 },
    ]);
    const body = { url: `${receiver.url}/off`, events: ['api-*'] };
    const enabled = await admin().put(at, body);
    expect(enabled.body).toMatchObject({ enabled: true, events: ['api-*'] });
    await eventually(async () => expect(receiver.at('off')).toHaveLength(1));

    receiver.respond = response => response.writeHead(503).end();
    await put(id);
    await eventually(async () =>
      expect(await deliveriesOf(at, '?status=pending')).toMatchObject([
        { attempts: 1 },
      ]),
    );
    expect((await admin().delete(at)).status).toBe(204);
    expect((await admin().delete(at)).status).toBe(404);
    await makeDue(id);
    const row = await knex('tenant_webhooks').where({ id }).first();
    expect(row.secret).toBeNull();
    await put(sentinel.id);
    await eventually(async () =>
      expect(await deliveriesOf(sentinel.at, '?status=pending')).toHaveLength(
        1,
      ),
    );
    expect(receiver.at('off')).toHaveLength(2);
    await plane.sweep();
    expect(await knex('webhook_deliveries').where({ webhook_id: id })).toEqual(
      [],
    );
    await knex('tenant_webhooks')
      .where({ id })
      .update({ deleted_at: minutesFromNow(-61) });
    await plane.sweep();
    expect(await knex('tenant_webhooks').where({ id })).toEqual([]);
  });

  it('keeps secrets to itself', async () => {
    const key = uuid();
    const create = () =>
      admin()
        .post(HOOKS, { url: `${receiver.url}/quiet`, events: ['*'] })
        .set('Idempotency-Key', key);
    const made = await create();
    const again = await create();
    expect(again.body).toEqual({
      webhook: made.body.webhook,
      secret: null,
      replayed: true,
    });
    const { id } = made.body.webhook;
    const at = `${HOOKS}/${id}`;
    const replacement = 'their-replacement-secret';
    const answers: unknown[] = [again.body];
    receiver.respond = response => response.writeHead(500).end();
    await happen();
    await eventually(async () =>
      expect(await deliveriesOf(at, '?status=pending')).toHaveLength(2),
    );
    const replaced = await admin().put(at, {
      url: `${receiver.url}/quiet`,
      events: ['*'],
      secret: replacement,
    });
    receiver.respond = response => response.end();
    await makeDue(id);
    await eventually(async () =>
      expect(await deliveriesOf(at, '?status=delivered')).toHaveLength(2),
    );
    for (const request of receiver.at('quiet').slice(-2)) {
      expect(isSigned(request, replacement)).toBe(true);
    }
    const kept = await knex('tenant_webhooks').where({ id }).first();
    // Sealed for its own row: in another it is worth nothing.
    const thief = await hook('thief');
    await knex('tenant_webhooks')
      .where({ id: thief.id })
      .update({ secret: kept.secret });
    const stolen = await admin().post(`${thief.at}/test`);
    expect(stolen.body.error.code).toBe('stoa.unavailable');
    await put(thief.id);
    await eventually(async () =>
      expect(await deliveriesOf(thief.at)).toMatchObject([
        { error: 'secret', status: 'pending' },
      ]),
    );
    expect(receiver.at('thief')).toEqual([]);

    await eventually(async () =>
      expect(
        await knex('audit_log').where({
          resource: `webhook:${id}`,
          action: 'stoa.webhook.update',
        }),
      ).toHaveLength(1),
    );
    answers.push(
      replaced.body,
      (await admin().get(at)).body,
      (await admin().get(HOOKS)).body,
      await deliveriesOf(at),
      (await admin().get('/v1/tenants/acme-corp/audit')).body,
    );
    for (const table of [
      'tenant_webhooks',
      'webhook_deliveries',
      'outbox',
      'audit_log',
      'idempotency_keys',
      'feed',
    ]) {
      answers.push(await knex(table).select());
    }
    const text = JSON.stringify([answers, logged]);
    expect(text).toContain(id);
    for (const secret of [made.body.secret, replacement]) {
      expect(text).not.toContain(secret);
    }
    // An address is often a secret by itself.
    const audited = JSON.stringify(await knex('audit_log').select());
    expect(audited).not.toContain('/hook/quiet');
  });

  it('shows and changes nothing of other tenants', async () => {
    const { id, at } = await hook('own');
    const { id: foreign } = await hook('other');
    const delivery = await put(id, { status: 'dead' });
    const elsewhere = (path: string) =>
      path.replace('acme-corp', 'demo-tenant');
    const body = { url: receiver.url, events: ['*'] };
    for (const who of ['demo-admin', 'platform-admin']) {
      const paths =
        who === 'demo-admin' ? [at, elsewhere(at)] : [elsewhere(at)];
      for (const path of paths) {
        const as = plane.as(who);
        const answers = [
          await as.get(path),
          await as.put(path, body),
          await as.delete(path),
          await as.post(`${path}/test`),
          await as.get(`${path}/deliveries`),
          await as.post(`${path}/deliveries/${delivery}/replay`),
        ];
        expect(answers.map(a => a.status)).toEqual(Array(6).fill(404));
      }
    }
    expect(
      (await admin().post(`${HOOKS}/${foreign}/deliveries/${delivery}/replay`))
        .status,
    ).toBe(404);
    expect((await deliveriesOf(at))[0].status).toBe('dead');
    expect((await admin().get(at)).status).toBe(200);
    expect(receiver.received).toEqual([]);
  });

  it('lists in pages, newest first, for as long as it keeps things', async () => {
    const { id, at } = await hook('pages', { enabled: false });
    const made: string[] = [];
    for (let n = 0; n < 5; n++) made.push(await put(id));
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await admin().get(
        `${at}/deliveries?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...body.items.map((d: { id: string }) => d.id));
      cursor = body.next_cursor ?? '';
    } while (cursor);
    expect(seen).toEqual(made.reverse());
    const wrong = await admin().get(`${at}/deliveries?cursor=nonsense`);
    expect(wrong.body.error.details[0].field).toBe('cursor');

    await knex('webhook_deliveries')
      .where({ id: made[0] })
      .update({ created_at: minutesFromNow(-60 * 24 * 30 - 1) });
    await plane.sweep();
    expect(await deliveriesOf(at)).toHaveLength(4);
  });

  it('takes known events, and so many webhooks of a tenant', async () => {
    const strange = await admin().post(HOOKS, {
      url: receiver.url,
      events: ['api-created', 'api-creatd'],
    });
    expect(strange.body.error.details).toEqual([
      { field: 'events.1', message: 'is not an event of the platform' },
    ]);
    const made = await Promise.all(
      Array.from({ length: 60 }, () =>
        admin().post(HOOKS, { url: receiver.url, events: ['*', '*'] }),
      ),
    );
    expect(made.filter(a => a.status === 201)).toHaveLength(50);
    expect(made.find(a => a.status !== 201)!.body.error.code).toBe(
      'stoa.tenant.quota_exceeded',
    );
    expect(made.find(a => a.status === 201)!.body.webhook.events).toEqual([
      '*',
    ]);
    const page = await admin().get(`${HOOKS}?limit=30`);
    const rest = await admin().get(
      `${HOOKS}?limit=30&cursor=${page.body.next_cursor}`,
    );
    const ids = [...page.body.items, ...rest.body.items].map(w => w.id);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
    expect(ids).toHaveLength(50);
  });
});
