import { until } from '@stoa/plugin-stoa-node/testUtils';
import { FaceCall, FACES } from '../__testUtils__/faces';
import { useGateway } from '../__testUtils__/gateway';

const harness = useGateway();
const faces = Object.entries(FACES);
let persons = 0;

/** Puts a policy on the API behind the tools. */
function limit(type: 'rate-limit' | 'quota', config: object) {
  harness.controlPlane.putRoute(
    'dev/acme/crm/1.0.0',
    `${harness.upstream.url}/base`,
    [{ type, config }],
  );
}

/** Somebody who has called nothing yet. */
async function someone() {
  persons += 1;
  const { key } = harness.key({
    subscription_id: `sub-${persons}`,
    subscriber_id: `person-${persons}`,
    rate_limit: 1_000,
  });
  return { authorization: `Bearer ${key}` };
}

const call = (headers: Record<string, string>, tool = 'get_customer', n = 0) =>
  faces[n % faces.length][1](harness, {
    headers,
    tool,
    args: tool === 'get_customer' ? { id: 1 } : {},
  });

it('a tool is bounded by what its API says, through every face and for all callers together', async () => {
  limit('rate-limit', { per: 'tool', requestsPerMinute: 7 });
  const refused: FaceCall[] = [];
  let allowed = 0;
  await until(async () => {
    const answer = await call(await someone(), 'get_customer', allowed);
    if (answer.headers.get('ratelimit-limit') !== '7') return false;
    if (answer.kind === 'refused') refused.push(answer);
    else allowed += 1;
    return refused.length === 3;
  });
  expect(allowed).toBe(7);
  for (const { text, requestId } of refused) {
    expect(text).toContain('stoa.rate_limited');
    expect((await harness.metered(requestId)).status).toBe('rate_limited');
  }
  const other = await call(await someone(), 'list_customers');
  expect(other.kind).toBe('result');
  expect(other.headers.get('ratelimit-remaining')).toBe('6');
});

it('a person is bounded beside the plan of the subscription', async () => {
  limit('rate-limit', { per: 'person', requestsPerMinute: 2 });
  await until(async () => {
    const answer = await call(await someone());
    return answer.headers.get('ratelimit-limit') === '2';
  });
  const ann = await someone();
  const kinds = [];
  for (let n = 0; n < 4; n++) kinds.push((await call(ann)).kind);
  expect(kinds).toEqual(['result', 'result', 'refused', 'refused']);
  expect((await call(await someone())).kind).toBe('result');
});

it('a tool has quotas, which begin with what was metered', async () => {
  harness.controlPlane.used = { used_today: 8, used_this_month: 90 };
  limit('quota', { per: 'tool', requestsPerDay: 10 });
  await until(async () => (await call(await someone())).kind === 'refused');
  expect(harness.controlPlane.quotas).toContainEqual({
    per: 'tool',
    tenant_id: 'acme',
    environment: 'dev',
    id: 'crm-tools/get_customer',
  });
  const answers = harness.controlPlane.quotas.filter(
    ({ per }) => per === 'tool',
  );
  expect(answers).toHaveLength(1);
});
