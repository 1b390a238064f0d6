import { TestDatabases } from '@backstage/backend-test-utils';
import { createDeferred } from '@backstage/types';
import { Knex } from 'knex';
import { IdempotencyStore } from './idempotency';
import { Reply } from './route';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())(
  'Idempotency-Key, %s',
  databaseId => {
    let knex: Knex;
    let plane: TestControlPlane;

    beforeAll(async () => {
      knex = await databases.init(databaseId);
      plane = await startControlPlane({ knex });
    });
    afterAll(() => plane.stop());

    const create = (key: string, name: string, subject = 'consumer') =>
      plane
        .as(subject)
        .post('/v1/applications', { name })
        .set('Idempotency-Key', key);

    it('does the work of requests at once for one of them only', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => create('together', 'Together')),
      );
      const ids = new Set(
        answers.filter(a => a.status === 201).map(a => a.body.id),
      );
      expect(ids.size).toBe(1);
      const others = answers
        .filter(a => a.status !== 201)
        .map(a => a.body.error.code);
      expect(new Set([...others, 'stoa.idempotency.in_progress']).size).toBe(1);
      expect(
        await knex('applications').where({ name: 'Together' }).select('id'),
      ).toHaveLength(1);
      const later = await create('together', 'Together');
      expect([
        later.status,
        later.body.id,
        later.headers['idempotent-replayed'],
      ]).toEqual([201, [...ids][0], 'true']);
    });

    it('is a key of one person and of one request', async () => {
      const first = await create('mine', 'Mine');
      const another = await create('mine', 'Another');
      expect([another.status, another.body.error.code]).toEqual([
        422,
        'stoa.idempotency.conflict',
      ]);
      const other = await create('mine', 'Mine', 'other-consumer');
      expect(other.status).toBe(201);
      expect(other.body.id).not.toBe(first.body.id);
    });

    it('leaves the answer to whoever took a claim over', async () => {
      const store = new IdempotencyStore(knex);
      const request = { subject: 'consumer', key: 'slow', hash: 'h' };
      const run = (work: () => Promise<Reply>) =>
        store.run(request, reply => reply, work);
      const begun = createDeferred<void>();
      const answer = createDeferred<Reply>();
      const first = run(() => {
        begun.resolve();
        return answer;
      });
      await begun;
      // Claims are told apart by their time, and minutes lie between them.
      const soon = Date.now();
      await eventually(async () => expect(Date.now()).toBeGreaterThan(soon));
      await knex('idempotency_keys')
        .where({ key: 'slow' })
        .update({ created_at: new Date(Date.now() - 180_000).toISOString() });
      await run(async () => ({ status: 201, body: 'second' }));
      answer.resolve({ status: 201, body: 'first' });
      expect((await first).body).toBe('first');
      const replay = await run(async () => ({ status: 500 }));
      expect(replay.body).toBe('second');
    });

    it('forgets a request that failed, one that was abandoned, and one of yesterday', async () => {
      expect((await create('failed', ' ')).status).toBe(400);
      expect((await create('failed', 'Good')).status).toBe(201);
      const where = { subject: 'consumer', key: 'failed' };
      const first = await create('failed', 'Good');
      const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
      await knex('idempotency_keys')
        .where(where)
        .update({ status: null, created_at: ago(1_000) });
      expect((await create('failed', 'Good')).body.error.code).toBe(
        'stoa.idempotency.in_progress',
      );
      await knex('idempotency_keys')
        .where(where)
        .update({ created_at: ago(180_000) });
      const abandoned = await create('failed', 'Good');
      expect(abandoned.body.id).not.toBe(first.body.id);
      await knex('idempotency_keys')
        .where(where)
        .update({ created_at: ago(25 * 3600_000) });
      expect((await create('failed', 'Good')).body.id).not.toBe(
        abandoned.body.id,
      );
    });
  },
);
