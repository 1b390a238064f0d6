import { TestDatabases } from '@backstage/backend-test-utils';
import { startControlPlane } from '../__testUtils__';
import { makeOneOfEach } from '../__testUtils__/oneOfEach';
import { whoMay } from '../__testUtils__/roles';
import { loadContract } from '../http/contract';
import { laterRoutes } from './routes';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

it('says of what is not there yet what to do meanwhile, to who may do it', async () => {
  const knex = await databases.init('SQLITE_3');
  const plane = await startControlPlane({ knex });
  try {
    const things = await makeOneOfEach(plane, knex);
    const { operations } = await loadContract();
    const later = operations.filter(o => o.operationId in laterRoutes);
    expect(later.length).toBe(Object.keys(laterRoutes).length);
    for (const operation of later) {
      const { path, body } = await things.request(operation);
      const answer = await plane
        .as(whoMay(operation.operationId))
        [operation.method as 'post'](path, body);
      expect([answer.status, answer.body.error.code]).toEqual([
        501,
        'stoa.not_implemented',
      ]);
      expect(answer.body.error.message).toMatch(/^This version .*\. \S.*\.$/);
    }
  } finally {
    await plane.stop();
  }
});
