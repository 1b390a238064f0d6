import { TestDatabases } from '@backstage/backend-test-utils';
import knexFactory, { Knex } from 'knex';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../__testUtils__';
import { MailServer } from '../__testUtils__/MailServer';
import { openDatabase, runControlPlane } from '../__testUtils__/processes';
import { Receiver } from '../__testUtils__/Receiver';

jest.setTimeout(180_000);

const databases = TestDatabases.create({
  ids: ['POSTGRES_15'],
  disableDocker: true,
});

describe.each(['SQLITE_3', ...databases.eachSupportedId().flat()])(
  'a process killed with -9, %s',
  kind => {
    let dataDir: string;
    let database: Knex.Config;
    let mails: MailServer;
    let slack: Receiver;

    beforeEach(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'stoa-notifications-'));
      database = await openDatabase(databases, kind, dataDir);
      mails = await MailServer.start({ user: 'stoa', pass: 'secret' });
      slack = await Receiver.start();
    });
    afterEach(async () => {
      await mails.stop();
      await slack.stop();
      await rm(dataDir, { recursive: true, force: true });
    });

    it.each(['while the mail server listens', 'when the event was published'])(
      'leaves nobody untold, and tells nobody twice who can know it, %s',
      async when => {
        const orders = {
          dataDir,
          database,
          allow: [slack.allowance],
          watched: { type: 'subscription-created', id: 'crm-api' },
          notifications: {
            email: {
              from: 'stoa@example.com',
              smtp: {
                host: '127.0.0.1',
                port: mails.port,
                user: 'stoa',
                password: 'secret',
                requireTls: false,
              },
            },
            slack: { tenants: { 'acme-corp': slack.url } },
          },
        };
        const told: string[] = [];
        const inTheMiddle = when === 'while the mail server listens';
        const first = runControlPlane(
          { ...orders, ...(!inTheMiddle && { dieAt: 'after-event' }) },
          [],
          told,
        );
        if (inTheMiddle) mails.onMail = () => first.child.kill('SIGKILL');
        const knex = knexFactory(database);
        try {
          const url = `${await first.ready}/v1`;
          const post = async (path: string, body: object) =>
            (
              await fetch(`${url}${path}`, {
                method: 'POST',
                headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify(body),
              })
            ).json() as Promise<any>;
          const application = await post('/applications', { name: 'Desk' });
          await post('/subscriptions', {
            application_id: application.id,
            tenant_id: 'acme-corp',
            api_id: 'crm-api',
            plan: 'free',
          }).catch(() => undefined);
          expect(await first.ended).toBe('SIGKILL');
        } finally {
          first.child.kill('SIGKILL');
        }

        mails.onMail = () => {};
        const second = runControlPlane(orders, [], told);
        try {
          await second.ready;
          // The claims of the dead process end.
          await knex('notification_deliveries')
            .where({ status: 'sending' })
            .update({ next_attempt_at: new Date(0).toISOString() });
          await eventually(async () => {
            expect(await knex('outbox').select('id')).toEqual([]);
            const rows = await knex('notification_deliveries')
              .select('channel', 'status')
              .orderBy('channel');
            expect(rows).toEqual(
              ['email', 'people', 'slack', 'web'].map(channel => ({
                channel,
                status: 'sent',
              })),
            );
          });
          const [mail, ...again] = mails.received;
          // Whoever is told twice, as the first process was telling them when it died, can know it.
          expect(inTheMiddle ? [1] : [0, 1]).toContain(again.length);
          for (const { headers } of again)
            expect(headers['message-id']).toBe(mail.headers['message-id']);
          expect(new Set(told).size).toBe(1);
          expect(told.length).toBeLessThanOrEqual(2);
          expect([1, 2]).toContain(slack.received.length);
        } finally {
          second.child.kill('SIGKILL');
          await second.ended;
          await knex.destroy();
        }
      },
    );
  },
);
