import { RootLoggerService } from '@backstage/backend-plugin-api';
import { TestDatabases } from '@backstage/backend-test-utils';
import { EventType, Topic } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { MailServer } from '../__testUtils__/MailServer';
import { Receiver } from '../__testUtils__/Receiver';
import { systemActor, UnitOfWork } from '../database/UnitOfWork';
import { NOTICES } from './Notice';
import { LANGUAGES, textOf } from './words';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const PASSWORD = 'the-password-of-the-mail-server';
const ADMIN = 'acme-admin@example.com';
const CONSUMER = 'consumer@example.com';

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

describe.each(databases.eachSupportedId())('notifications, %s', databaseId => {
  let knex: Knex;
  let mails: MailServer;
  let slack: Receiver;
  let plane: TestControlPlane;
  let application: string;
  const logged: string[] = [];

  const rows = () =>
    knex('notification_deliveries').select().orderBy(['channel', 'recipient']);

  /** All that happened has been told, or waits for its next attempt. */
  const settled = () =>
    eventually(async () => {
      const unpublished = await knex('outbox').select('id');
      const untold = (await rows()).filter(
        row =>
          row.status === 'sending' ||
          (row.status === 'pending' && row.attempts === 0),
      );
      if (unpublished.length + untold.length > 0)
        throw new Error('Not all that happened has been told');
    });

  /** Moves the clock on for what waits. */
  const makeDue = () =>
    knex('notification_deliveries')
      .whereIn('status', ['pending', 'sending'])
      .update({ next_attempt_at: new Date(Date.now() - 60_000).toISOString() });

  const slackText = () => slack.received.map(({ event }) => event.text);

  const ask = async () => {
    const made = await plane.as('consumer').post('/v1/subscriptions', {
      application_id: application,
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      plan: 'free',
    });
    expect(made.status).toBe(201);
    return `/v1/subscriptions/${made.body.subscription.id}`;
  };

  const happen = (
    topic: Topic,
    type: EventType,
    payload: Record<string, unknown>,
    {
      eventId,
      tenantId = 'acme-corp',
    }: { eventId?: string; tenantId?: string } = {},
  ) =>
    new UnitOfWork(knex).run(systemActor('tests', ''), tx =>
      tx.event({
        topic,
        type,
        tenantId,
        aggregate: uuid(),
        aggregateVersion: 1,
        payload,
        eventId,
      }),
    );

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    mails = await MailServer.start({ user: 'stoa', pass: PASSWORD });
    slack = await Receiver.start();
    plane = await startControlPlane({
      knex,
      allow: [slack.allowance],
      logger: keepingLogger(logged),
      notificationsConfig: {
        email: {
          from: 'STOA <stoa@example.com>',
          smtp: {
            host: '127.0.0.1',
            port: mails.port,
            user: 'stoa',
            password: PASSWORD,
            requireTls: false,
          },
        },
        slack: {
          tenants: {
            'acme-corp': `${slack.url}/secret-of-acme`,
            'demo-tenant': 'http://127.0.0.1:7999/in-the-house',
          },
        },
      },
    });
    // Their pages are read in these languages.
    await plane.as('consumer').get('/v1/me').set('Accept-Language', 'fr-FR');
    await plane.as('acme-admin').get('/v1/me').set('Accept-Language', 'en');
    const made = await plane
      .as('consumer')
      .post('/v1/applications', { name: 'Order desk' });
    application = made.body.id;
    await settled();
  });
  beforeEach(async () => {
    await settled();
    await knex('notification_deliveries').del();
    mails.refuse = () => undefined;
    mails.received.length = 0;
    slack.respond = response => response.writeHead(200).end('ok');
    slack.received.length = 0;
    plane.notifications.length = 0;
  });
  afterAll(async () => {
    await plane.stop();
    await mails.stop();
    await slack.stop();
  });

  it('tell each person once by each way, in their language', async () => {
    const at = await ask();
    await settled();
    const subject = 'A subscription to crm-api waits for your approval';
    expect(plane.notifications).toEqual([
      {
        recipients: { type: 'entity', entityRef: 'user:default/acme-admin' },
        payload: expect.objectContaining({
          title: subject,
          link: '/console/acme-corp/approvals',
          topic: 'subscription-created',
          scope: expect.any(String),
        }),
      },
    ]);
    expect(mails.received).toHaveLength(1);
    const [asked] = mails.to(ADMIN);
    expect(asked.headers).toMatchObject({
      subject,
      from: 'STOA <stoa@example.com>',
      'content-language': 'en',
      'auto-submitted': 'auto-generated',
    });
    const page = 'http://localhost:7007/console/acme-corp/approvals';
    expect(asked.text).toContain(`Open in STOA: ${page}`);
    expect(asked.text).toContain(`<a href="${page}">Open in STOA</a>`);
    expect(slackText()).toEqual([
      `*${subject}*\nSomebody asked for it. Approve or refuse it under Approvals.\n<${page}|Open in STOA>`,
    ]);
    expect(slack.received[0].path).toBe('/hook/secret-of-acme');

    await plane.as('acme-admin').post(`${at}/approve`);
    await eventually(async () => expect(mails.to(CONSUMER)).toHaveLength(1));
    await settled();
    const [approved] = mails.to(CONSUMER);
    expect(approved.headers).toMatchObject({
      subject: 'Votre abonnement à crm-api est actif',
      'content-language': 'fr',
    });
    expect(approved.text).toContain('Votre clé fonctionne dès maintenant.');
    expect(approved.text).toContain('<html lang="fr">');
    // The page translates; a channel is not told what subscribers are.
    expect(plane.notifications[1].payload.title).toBe(
      'Your subscription to crm-api is active',
    );
    expect(slack.received).toHaveLength(1);
    await plane.as('consumer').delete(at);
  });

  it('try again after a fault, by that way alone, and give up in the end', async () => {
    mails.refuse = () => 451;
    slack.respond = response => response.writeHead(503).end('busy');
    const at = await ask();
    await settled();
    const byWay = async () =>
      Object.fromEntries(
        (await rows()).map(({ channel, status, attempts, error }) => [
          channel,
          [status, attempts, error],
        ]),
      );
    expect(await byWay()).toEqual({
      people: ['sent', 1, null],
      web: ['sent', 1, null],
      email: ['pending', 1, 'smtp 451'],
      slack: ['pending', 1, 'slack 503'],
    });
    mails.refuse = () => undefined;
    await makeDue();
    await eventually(async () => {
      expect(await byWay()).toMatchObject({
        email: ['sent', 2, null],
        slack: ['pending', 2, 'slack 503'],
      });
    });
    for (let attempt = 3; attempt <= 6; attempt++) {
      await makeDue();
      await eventually(async () =>
        expect((await byWay()).slack[1]).toBe(attempt),
      );
    }
    expect((await byWay()).slack).toEqual(['dead', 6, 'slack 503']);
    expect([mails.received.length, plane.notifications.length]).toEqual([1, 1]);
    expect(slack.received).toHaveLength(6);
    await plane.as('consumer').delete(at);
  });

  it('do not try what will not be otherwise', async () => {
    mails.refuse = () => 550;
    slack.respond = response => response.writeHead(404).end('no_service');
    const at = await ask();
    await settled();
    const dead = (await rows()).filter(({ status }) => status === 'dead');
    expect(dead.map(({ error }) => error)).toEqual(['smtp 550', 'slack 404']);
    await plane.as('consumer').delete(at);
  });

  it('follow no redirect of Slack, and call no internal address that nobody allowed', async () => {
    slack.respond = response =>
      response
        .writeHead(302, { Location: `${slack.url}/elsewhere` })
        .end('moved');
    const rule = async (url: string) => {
      const made = await plane
        .as('acme-admin')
        .post('/v1/tenants/acme-corp/alert-rules', {
          name: 'Failing calls',
          metric: 'error_rate',
          threshold: 5,
          window: '5m',
          target: { channel: 'slack', url },
        });
      expect(made.status).toBe(201);
      return made.body as { id: string; target: object };
    };
    const raised = (made: { id: string; target: object }) =>
      happen('notifications', 'alert-raised', {
        id: uuid(),
        rule_id: made.id,
        name: 'Failing calls',
        metric: 'error_rate',
        value: 9,
        threshold: 5,
        target: made.target,
      });
    const moved = await rule(`${slack.url}/of-the-rule`);
    await raised(moved);
    await settled();
    expect(slack.received.map(({ path }) => path)).toEqual([
      '/hook/of-the-rule',
    ]);
    expect(await rows()).toMatchObject([
      { channel: 'people' },
      { channel: 'slack', status: 'dead' },
    ]);
    // A rule that names one way is told by no other.
    expect([mails.received, plane.notifications]).toEqual([[], []]);

    await happen(
      'subscriptions',
      'subscription-created',
      { api_id: 'weather-api', status: 'pending' },
      { tenantId: 'demo-tenant' },
    );
    await settled();
    expect(await rows()).toContainEqual(
      expect.objectContaining({
        tenant_id: 'demo-tenant',
        channel: 'slack',
        error: 'slack refused_address',
      }),
    );
  });

  it('are harmless whatever people wrote', async () => {
    const at = await ask();
    const reason =
      'no\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script> <!channel> *&* <https://evil.example|here> http://10.0.0.1 www.evil.example \u202eexe';
    await plane.as('acme-admin').post(`${at}/reject`, { reason });
    const name = 'down\r\nBcc: victim@example.com <!everyone> _&_';
    await happen('notifications', 'alert-raised', {
      id: uuid(),
      name,
      metric: 'error_rate',
      value: 9,
      threshold: 5,
      target: { channel: 'email', role: 'tenant-admin' },
    });
    await eventually(async () => expect(mails.received).toHaveLength(3));
    await settled();
    // The server of the test takes no header twice, and knows whom each mail went to.
    expect(mails.received.map(({ to }) => to).sort()).toEqual([
      ADMIN,
      ADMIN,
      CONSUMER,
    ]);
    for (const { headers, text } of mails.received) {
      expect(headers).not.toHaveProperty('bcc');
      expect(text).not.toMatch(/\u202e|^Bcc/m);
      expect(text.split('text/html')[1]).not.toContain('<script');
      const links = text.match(
        /\b(?:https?:\/\/|www\.\w|[\w-]+\.example)[^\s<"]*/g,
      );
      expect(
        links!.filter(l => !l.startsWith('http://localhost:7007/')),
      ).toEqual([]);
    }
    expect(mails.to(CONSUMER)[0].text).toContain('&lt;script&gt;');

    await knex('notification_deliveries').del();
    slack.received.length = 0;
    await happen('subscriptions', 'subscription-created', {
      status: 'pending',
      api_id: `crm <!channel> *&* <https://evil.example|x> https://evil.example\nwww.evil.example`,
    });
    await settled();
    const [text] = slackText();
    expect(text.match(/<[^>]*>/g)).toEqual([
      '<http://localhost:7007/console/acme-corp/approvals|Open in STOA>',
    ]);
    expect(text).toContain('&lt;!channel&gt;');
    expect(text).not.toMatch(/evil\.example/);
    expect(slack.received[0].event.parse).toBe('none');
  });

  it('are made once for an event that comes twice, and by many that compete', async () => {
    const payload = {
      subscription_id: uuid(),
      api_id: 'crm-api',
      subscriber_id: 'consumer',
      status: 'active',
    };
    const id = uuid();
    await Promise.all(
      Array.from({ length: 5 }, () =>
        happen('subscriptions', 'subscription-approved', payload, {
          eventId: id,
        }),
      ),
    );
    await settled();
    expect(mails.to(CONSUMER)).toHaveLength(1);
    expect(plane.notifications).toHaveLength(1);
    // What a process that died had in hand is done again, under the same names.
    await knex('notification_deliveries').update({
      status: 'sending',
      claimed_by: uuid(),
    });
    await makeDue();
    await eventually(async () => {
      expect((await rows()).map(({ status }) => status)).toEqual([
        'sent',
        'sent',
        'sent',
      ]);
    });
    const [first, second, ...more] = mails.to(CONSUMER);
    expect([second.headers['message-id'], more]).toEqual([
      first.headers['message-id'],
      [],
    ]);
    const scopes = plane.notifications.map(
      ({ payload: told }) => (told as { scope?: string }).scope,
    );
    expect(scopes).toEqual([id, id]);
  });

  it('wait for a person whom the catalog does not know yet', async () => {
    await happen('subscriptions', 'subscription-approved', {
      api_id: 'crm-api',
      subscriber_id: 'newcomer',
      status: 'active',
    });
    await settled();
    expect(await rows()).toMatchObject([
      { status: 'pending', error: 'somebody is not in the catalog' },
    ]);
    await knex('people').insert({
      subject: 'newcomer',
      name: 'New',
      email: 'newcomer@example.com',
      platform_admin: false,
      updated_at: new Date().toISOString(),
    });
    await makeDue();
    await eventually(async () =>
      expect(mails.to('newcomer@example.com')).toHaveLength(1),
    );
  });

  it('keep secrets out of the log and of what is written down', async () => {
    const kept = JSON.stringify([await rows(), logged]);
    expect(logged.join('\n')).toContain('A notification was given up');
    for (const secret of [PASSWORD, 'secret-of-acme', 'in-the-house'])
      expect(kept).not.toContain(secret);
  });
});

describe.each(LANGUAGES)('words, %s', language => {
  it.each(NOTICES)('of %s are whole sentences', kind => {
    const values = {
      version: '1.0.0',
      environment: 'production',
      name: 'Failing calls',
      metric: 'error_rate',
      value: 9,
      threshold: 5,
    };
    const tools =
      kind === 'subscription-tools-asked' || kind.startsWith('tool-call-');
    for (const about of [
      tools
        ? { server: 'crm-tools', tool: 'deletecustomer' }
        : { api: 'crm-api' },
      {
        api: 'crm-api',
        server: 'crm-tools',
        tool: 'deletecustomer',
        date: '2027-03-04T05:06:07.000Z',
      },
    ]) {
      const { subject, body } = textOf(language, kind, { ...values, ...about });
      expect(`${subject} ${body}`).not.toMatch(/undefined|NaN|\[object|05:06/);
      expect(subject).toMatch(/^\p{Lu}|^crm-api/u);
      expect(subject).not.toMatch(/\n/);
      expect(body).toMatch(/^\p{Lu}.*\p{L}.*/u);
    }
  });
});
