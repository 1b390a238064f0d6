import { until } from '@stoa/plugin-stoa-node/testUtils';
import { CRM, makeKey, useRuntime } from './__testUtils__/runtime';

const harness = useRuntime({
  maxInFlight: 6,
  maxInFlightPerBackend: 4,
  maxInFlightPerSubscription: 2,
});
const { call, metered } = harness;

const OTHER_TENANT = '/gateway/dev/globex/crm/v1';

it('leaves places to others: subscriptions, tenants, and calls of other backends', async () => {
  const { controlPlane, upstream } = harness;
  controlPlane.putRoute('dev/globex/crm/v1', upstream.url);
  await until(async () => (await call(OTHER_TENANT)).status !== 404);
  const waiting: Array<() => void> = [];
  upstream.respond = (_req, res) => {
    res.write('.');
    waiting.push(() => res.end());
  };
  const begun: Response[] = [];
  const begin = async (path: string, calls: number) => {
    for (let i = 0; i < calls; i++) begun.push(await call(path));
  };
  const refusal = async (path: string) => {
    const response = await call(path);
    const { error } = await response.json();
    const { status } = await metered(response.headers.get('x-request-id'));
    expect(response.headers.get('retry-after')).toBe('1');
    return [response.status, error.code, status];
  };
  const busy = [503, 'stoa.unavailable', 'error'];

  await begin(CRM, 2);
  expect(await refusal(CRM)).toEqual([
    429,
    'stoa.rate_limited',
    'rate_limited',
  ]);
  Object.assign(harness, makeKey(controlPlane));
  await begin(CRM, 1);
  expect(await refusal(CRM)).toEqual(busy);
  const globex = () =>
    Object.assign(harness, makeKey(controlPlane, { tenant_id: 'globex' }));
  globex();
  await begin(OTHER_TENANT, 1);
  globex();
  expect(await refusal(OTHER_TENANT)).toEqual(busy);

  expect(begun.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  for (const end of waiting) end();
  await Promise.all(begun.map(response => response.text()));
  upstream.respond = (_req, res) => res.end();
  await until(async () => (await call(OTHER_TENANT)).status === 200);
});
