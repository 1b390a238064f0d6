import { TestDatabases } from '@backstage/backend-test-utils';
import { startControlPlane } from '../__testUtils__';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

it('bounds what one person asks, and nobody else', async () => {
  const knex = await databases.init('SQLITE_3');
  const plane = await startControlPlane({ knex, requestsPerMinute: 5 });
  const answers = [];
  for (let i = 0; i < 11; i++) {
    answers.push(await plane.as('consumer').get('/v1/me'));
  }
  expect(answers.map(a => a.status)).toEqual([...Array(10).fill(200), 429]);
  expect(answers[0].headers).toMatchObject({
    'ratelimit-limit': '5',
    'ratelimit-remaining': '4',
  });
  const { body, headers } = answers[10];
  expect(body.error.code).toBe('stoa.rate_limited');
  expect(headers['retry-after']).toBe(String(body.error.details.retry_after));

  expect((await plane.as('other-consumer').get('/v1/me')).status).toBe(200);
  for (let i = 0; i < 11; i++) {
    const { status } = await plane
      .as('plugin:api-runtime')
      .post('/v1/gateways/lookup', { key_hash: 'a'.repeat(64) });
    expect(status).toBe(200);
  }
  await plane.stop();
});
