import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { PayloadStore } from './PayloadStore';

const HOUR_MS = 3_600_000;
const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('PayloadStore on %s', databaseId => {
  async function createStore() {
    let now = 1_800_000_000_000;
    const knex = await databases.init(databaseId);
    const store = await PayloadStore.create({
      database: mockServices.database.mock({ getClient: async () => knex }),
      now: () => now,
    });
    return {
      knex,
      store,
      pass: (milliseconds: number) => {
        now += milliseconds;
      },
    };
  }

  it('finds what it keeps until it expires, and then deletes it', async () => {
    const { knex, store, pass } = await createStore();
    const sessions = store.adapter('Session');
    await sessions.upsert('s1', { uid: 'u1', accountId: 'a', jti: 's1' }, 60);
    await sessions.upsert('s1', { uid: 'u1', accountId: 'b', jti: 's1' }, 60);
    const kept = { uid: 'u1', accountId: 'b', jti: 's1' };
    expect(await sessions.find('s1')).toEqual(kept);
    expect(await sessions.findByUid('u1')).toEqual(kept);
    expect(await store.adapter('Interaction').find('s1')).toBeUndefined();
    pass(61_000);
    expect(await sessions.find('s1')).toBeUndefined();
    expect(await sessions.findByUid('u1')).toBeUndefined();
    expect(await store.removeExpired()).toBe(1);
    expect(await knex('oidc_payloads')).toEqual([]);
  });

  it('does not hold the codes and tokens that it recognises', async () => {
    const { knex, store } = await createStore();
    const tokens = store.adapter('RefreshToken');
    const payload = { jti: 'the-token', grantId: 'g', accountId: 'a' };
    await tokens.upsert('the-token', payload, 60);
    expect(await tokens.find('the-token')).toEqual(payload);
    expect(JSON.stringify(await knex('oidc_payloads'))).not.toContain(
      'the-token',
    );
    await tokens.revokeByGrantId('g');
    expect(await tokens.find('the-token')).toBeUndefined();
  });

  it('lets a code be used once', async () => {
    const { store } = await createStore();
    const codes = store.adapter('AuthorizationCode');
    await codes.upsert('c', { grantId: 'g' }, 60);
    const uses = await Promise.allSettled([
      codes.consume('c'),
      codes.consume('c'),
    ]);
    expect(uses.map(use => use.status).sort()).toEqual([
      'fulfilled',
      'rejected',
    ]);
    expect(await codes.find('c')).toMatchObject({
      consumed: expect.any(Number),
    });
  });

  it('forgets a registered client after a day, or a month after its last use', async () => {
    const { store, pass } = await createStore();
    const clients = store.adapter('Client');
    await clients.upsert('unused', { client_id: 'unused' });
    await clients.upsert('used', { client_id: 'used' });
    pass(23 * HOUR_MS);
    await store.keepClient('used');
    pass(2 * HOUR_MS);
    expect(await clients.find('unused')).toBeUndefined();
    expect(await clients.find('used')).toEqual({ client_id: 'used' });
    pass(30 * 24 * HOUR_MS);
    expect(await clients.find('used')).toBeUndefined();
  });

  it('takes its tables away again', async () => {
    const { knex } = await createStore();
    const directory = resolvePackagePath(
      '@stoa/plugin-dev-identity-backend',
      'migrations',
    );
    expect(await knex.schema.hasTable('oidc_payloads')).toBe(true);
    await knex.migrate.rollback({ directory }, true);
    expect(await knex.schema.hasTable('oidc_payloads')).toBe(false);
  });
});
