import { mockServices } from '@backstage/backend-test-utils';
import { Access } from '../access/Access';
import { ServedTool } from '../registry/ServedTool';
import { FailureReport, FailureReports } from './FailureReports';

const access = { principal: { subject: 'ada' } } as Access;
const tool = {
  tool: { name: 'get_customer' },
  server: {
    item: { tenant_id: 'acme', slug: 'crm-tools' },
    route: { apiId: 'crm' },
  },
} as ServedTool;

const report = (
  requestId: string,
  parts: Partial<FailureReport> = {},
): FailureReport => ({
  access,
  tool,
  type: 'server_internal_error',
  message: 'the service failed',
  httpStatus: 503,
  args: {},
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
