import { mockServices } from '@backstage/backend-test-utils';
import { Principal, StoaError } from '@stoa/plugin-stoa-common';
import {
  Backends,
  createDialler,
  FailureReports,
  parseRoute,
  PlanLimiter,
  PolicyEngine,
  policyInput,
  QuotaLimiter,
  repositoryRoot,
  RouteTable,
  WasmPolicyEngine,
} from '@stoa/plugin-stoa-node';
import { join } from 'node:path';
import { Access } from '../access/Access';
import { ToolSubscription } from '../access/facts';
import { McpConfig } from '../config';
import { prepareTool, ServedTool } from '../registry/ServedTool';
import { buildSnapshot } from '../registry/Snapshot';
import { serverOf, toolOf } from '../__testUtils__/tools';
import { ToolLists } from './lists';
import { ToolCaller } from './ToolCaller';

const TENANTS = ['acme', 'globex', 'initech'];
const ROLES = [[], ['viewer'], ['devops'], ['tenant-admin']] as const;
const SCOPES = [
  [],
  ['stoa:tools:read'],
  ['stoa:tools:execute'],
  ['stoa:catalog:read', 'stoa:tools:execute'],
] as const;

/** A generator whose numbers come again with its seed (mulberry32). */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function snapshot() {
  const routes = new RouteTable();
  routes.beginReset();
  const servers = TENANTS.flatMap(tenant => {
    const key = `dev/${tenant}/crm/1.0.0`;
    routes.put(
      key,
      parseRoute(key, {
        environment: 'dev',
        tenant_id: tenant,
        api_id: 'crm',
        version: '1.0.0',
        backend_url: 'http://192.0.2.1:9',
        deployment_id: 'd',
        policies: [],
      }),
    );
    return [
      serverOf(tenant, 'open'),
      serverOf(tenant, 'closed', 'private'),
      { ...serverOf(tenant, 'off'), status: 'inactive' as const },
      { ...serverOf(tenant, 'undeployed'), version: '2.0.0' },
    ];
  });
  routes.endReset();
  const tools = ['a', 'b', 'c'].map(name => prepareTool(toolOf(name)));
  return buildSnapshot({ version: 1, servers, toolsOf: () => tools, routes });
}

/** Somebody made by chance: roles, scopes, subscriptions to any server, some of them over. */
function someone(pick: (below: number) => number) {
  const principal: Principal = {
    subject: `p${pick(1e9)}`,
    kind: (['user', 'service', 'apiKey'] as const)[pick(3)],
    platformAdmin: pick(12) === 0,
    grants: Object.fromEntries(
      TENANTS.map(tenant => [tenant, ROLES[pick(ROLES.length)]]).filter(
        ([, roles]) => roles.length > 0,
      ),
    ),
    scopes: SCOPES[pick(SCOPES.length)],
  };
  const subscriptions: ToolSubscription[] = Array.from(
    { length: pick(4) },
    (_, i) => ({
      id: `s${i}`,
      serverId: `${TENANTS[pick(3)]}-${['open', 'closed', 'off'][pick(3)]}`,
      tools: pick(2) ? 'all' : new Set(['a', 'b'].slice(pick(2))),
      perMinute: 1_000_000,
      burst: 0,
      tenantId: 'acme',
      quota: {},
      expiresAt: [undefined, 1, Date.now() + 3600_000][pick(3)],
    }),
  );
  return { principal, subscriptions };
}

/** What the policy says of one tool when it is asked about nothing else. */
async function allows(
  policy: PolicyEngine,
  asker: ReturnType<typeof someone>,
  { server: { item }, tool }: ServedTool,
): Promise<boolean> {
  const granted = asker.subscriptions.some(
    ({ serverId, tools, expiresAt = Infinity }) =>
      serverId === item.id &&
      (tools === 'all' || tools.has(tool.name)) &&
      expiresAt > Date.now(),
  );
  const { tenant_id: tenantId, visibility } = item;
  const resource = { tenantId, visibility, granted };
  const input = policyInput(asker.principal, 'stoa.tool.call', resource);
  return (await policy.decide(input)).allow;
}

it('lists exactly what a call would allow, whoever asks', async () => {
  const logger = mockServices.logger.mock();
  const policy = await WasmPolicyEngine.load(
    join(repositoryRoot(), 'policies/bundle'),
    logger,
  );
  const current = snapshot();
  expect(current.tools).toHaveLength(18);
  const lists = new ToolLists({ pageSize: 5 });
  const dialler = createDialler({ allow: [] });
  const config = { maxInFlight: 10, maxInFlightPerBackend: 10 } as McpConfig;
  const failures = new FailureReports({ send: async () => 202, logger });
  const caller = new ToolCaller({
    limiters: {
      rates: new PlanLimiter(),
      quotas: new QuotaLimiter({
        usedBefore: async () => ({ day: 0, month: 0 }),
        logger,
      }),
    },
    backends: new Backends({ diallers: { forTenant: () => dialler }, config }),
    metering: { record() {}, trouble: () => undefined, close: async () => {} },
    failures,
    config,
    logger,
  });

  const sizes = new Set<number>();
  for (let seed = 0; seed < 400; seed++) {
    const asker = someone(random(seed));
    const access = new Access({ ...asker, policy });
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await lists.page(access, { snapshot: current, cursor });
      listed.push(
        ...JSON.parse(page.json).map((tool: { name: string }) => tool.name),
      );
      cursor = page.nextCursor;
    } while (cursor);

    const callable: string[] = [];
    const allowed: string[] = [];
    for (const tool of current.tools) {
      if (await allows(policy, asker, tool)) allowed.push(tool.aggregateName);
      // No dialler allows the service: a call that gets so far was allowed.
      const { outcome } = await caller.call({
        access,
        tool,
        args: { stray: 1 },
        requestId: 'r',
        requestBytes: 0,
      });
      const code = outcome instanceof StoaError ? outcome.code : 'called';
      expect(['called', 'stoa.not_found', 'stoa.forbidden']).toContain(code);
      if (code === 'called') callable.push(tool.aggregateName);
    }
    expect({ seed, listed }).toEqual({ seed, listed: callable });
    expect({ seed, listed }).toEqual({ seed, listed: allowed });
    sizes.add(listed.length);
  }
  // The people are different enough to mean something.
  expect(sizes.size).toBeGreaterThan(8);
  await failures.close();
});
