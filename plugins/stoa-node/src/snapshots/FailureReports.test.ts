import { mockServices } from '@backstage/backend-test-utils';
import { FailureReport, FailureReports } from './FailureReports';

const report = (
  requestId: string,
  parts: Partial<FailureReport> = {},
): FailureReport => ({
  tenantId: 'acme',
  subject: 'ada',
  api: 'crm',
  type: 'server_internal_error',
  message: `the service failed with ${requestId}`,
  httpStatus: 503,
  request: {},
  response: {},
  requestId,
  ...parts,
});

/** Sends to a control plane that refuses every batch with a report of request `bad` in it. */
async function deliver(reports: readonly FailureReport[]) {
  const taken: any[] = [];
  const logger = mockServices.logger.mock();
  const failures = new FailureReports({
    logger,
    send: async batch => {
      if (batch.some(entry => Object(entry).request_id === 'bad')) return 400;
      taken.push(...batch);
      return 202;
    },
  });
  reports.forEach(entry => failures.add(entry));
  await failures.close();
  return { taken, logger };
}

it('gives up what is refused, and nothing beside it', async () => {
  const good = Array.from({ length: 24 }, (_, n) => report(`good-${n}`));
  const { taken, logger } = await deliver([
    ...good.slice(0, 7),
    report('bad'),
    ...good.slice(7),
  ]);
  expect(taken.map(entry => entry.request_id)).toEqual(
    good.map(entry => entry.requestId),
  );
  expect(logger.warn).toHaveBeenCalledTimes(1);
});

it('takes for a status what is one', async () => {
  const { taken } = await deliver([
    report('odd', { httpStatus: 799 }),
    report('right', { httpStatus: 599 }),
  ]);
  expect(taken.map(entry => entry.http_status)).toEqual([undefined, 599]);
});

it('tells of what failed alike once, and how often', async () => {
  const alike = { message: 'it broke' };
  const { taken } = await deliver([
    report('first', alike),
    report('second', alike),
    report('of another', { ...alike, subject: 'bob' }),
    report('of another API', { ...alike, api: 'billing' }),
    report('third', alike),
  ]);
  expect(taken.map(entry => [entry.request_id, entry.occurrences])).toEqual([
    ['first', 3],
    ['of another', 1],
    ['of another API', 1],
  ]);
});

it('tells no more of one tenant than anybody reads', async () => {
  const many = Array.from({ length: 100 }, (_, n) => report(`${n}`));
  const { taken } = await deliver([
    ...many,
    report('other', { tenantId: 'globex' }),
  ]);
  expect(taken).toHaveLength(61);
  expect(taken.at(-1)).toMatchObject({ tenant_id: 'globex' });
});

it('masks what it tells', async () => {
  const secret = 'stoa_sk_0123456789abcdefghijABCDEFGHIJ01';
  const { taken } = await deliver([
    report('r', {
      message: `with ${secret}`,
      request: { path: `/x/${secret}` },
      response: { body: JSON.stringify({ password: 'hunter2' }) },
    }),
  ]);
  expect(JSON.stringify(taken)).not.toMatch(/0123456789abcdef|hunter2/);
});
