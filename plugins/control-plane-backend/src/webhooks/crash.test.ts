import { TestDatabases } from '@backstage/backend-test-utils';
import knexFactory, { Knex } from 'knex';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../__testUtils__';
import { openDatabase, runControlPlane } from '../__testUtils__/processes';
import { isSigned, Receiver } from '../__testUtils__/Receiver';

jest.setTimeout(180_000);

const databases = TestDatabases.create({
  ids: ['POSTGRES_15'],
  disableDocker: true,
});

const API = {
  api_id: 'orders-api',
  display_name: 'Orders API',
  version: '1.0.0',
  visibility: 'private',
  environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7011' }],
  definition:
    'openapi: 3.0.3\ninfo: { title: Orders, version: 1.0.0 }\npaths: {}\n',
};

async function post(url: string, body: object): Promise<any> {
  const answer = await fetch(`${url}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.json();
}

describe.each(['SQLITE_3', ...databases.eachSupportedId().flat()])(
  'a process killed with -9, %s',
  kind => {
    let dataDir: string;
    let database: Knex.Config;
    let receiver: Receiver;

    beforeEach(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'stoa-webhooks-'));
      database = await openDatabase(databases, kind, dataDir);
      receiver = await Receiver.start();
    });
    afterEach(async () => {
      await receiver.stop();
      await rm(dataDir, { recursive: true, force: true });
    });

    it.each(['while the receiver listens', 'when the event was published'])(
      'leaves no delivery undone and makes no second one, %s',
      async when => {
        const orders = {
          dataDir,
          database,
          allow: [receiver.allowance],
          watched: { type: 'api-created', id: 'orders-api' },
        };
        const inTheMiddle = when === 'while the receiver listens';
        const first = runControlPlane({
          ...orders,
          ...(!inTheMiddle && { dieAt: 'after-event' }),
        });
        if (inTheMiddle) receiver.respond = () => first.child.kill('SIGKILL');
        let secret = '';
        const knex = knexFactory(database);
        const nothingToTell = () =>
          eventually(async () =>
            expect(await knex('outbox').select('id')).toEqual([]),
          );
        try {
          const tenant = `${await first.ready}/v1/tenants/acme-corp`;
          await nothingToTell();
          const made = await post(`${tenant}/webhooks`, {
            url: receiver.url,
            events: ['api-created'],
          });
          secret = made.secret;
          await post(`${tenant}/apis`, API).catch(() => undefined);
          expect(await first.ended).toBe('SIGKILL');
        } finally {
          first.child.kill('SIGKILL');
        }

        receiver.respond = response => response.writeHead(204).end();
        const second = runControlPlane(orders);
        try {
          await second.ready;
          const [{ id }, ...others] = await knex('webhook_deliveries').select();
          expect(others).toEqual([]);
          const held = await knex('webhook_deliveries').where({ id }).first();
          expect(inTheMiddle ? held : { status: 'sending' }).toMatchObject({
            status: 'sending',
          });
          if (inTheMiddle) {
            // The claim of the dead process ends.
            await knex('webhook_deliveries')
              .where({ id })
              .update({ next_attempt_at: new Date(0).toISOString() });
          }
          await nothingToTell();
          await eventually(async () => {
            expect(await knex('webhook_deliveries').select()).toMatchObject([
              { id, status: 'delivered', attempts: 1 },
            ]);
          });
          const [request, ...again] = receiver.received;
          expect(again).toHaveLength(inTheMiddle ? 1 : 0);
          for (const { headers, body } of again) {
            expect(headers['x-webhook-delivery']).toBe(id);
            expect(body.equals(request.body)).toBe(true);
          }
          for (const received of receiver.received) {
            expect(isSigned(received, secret)).toBe(true);
          }
        } finally {
          second.child.kill('SIGKILL');
          await second.ended;
          await knex.destroy();
        }
      },
    );
  },
);
