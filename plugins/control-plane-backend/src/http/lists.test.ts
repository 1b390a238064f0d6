import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { startControlPlane, TestControlPlane } from '../__testUtils__';
import { Copies, multiply } from '../__testUtils__/multiply';
import { makeOneOfEach, OneOfEach } from '../__testUtils__/oneOfEach';
import { whoMay } from '../__testUtils__/roles';
import { loadContract, Operation } from './contract';

jest.setTimeout(600_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const FEW = 10;
const MANY = 10_000;
const ID = '0199a1de-0000-7000-9000-{n}';

/** Who has many; the others have none of theirs, or not all of it. */
const OWNERS: Readonly<Record<string, string>> = {
  listTenants: 'platform-admin',
  listAllMcpServers: 'platform-admin',
  listAllMcpSubscriptions: 'platform-admin',
  listApplications: 'consumer',
  listMySubscriptions: 'consumer',
  listMyMcpSubscriptions: 'consumer',
  listMySnapshots: 'consumer',
  listMcpApprovals: 'consumer',
  listPortalSubscriptions: 'consumer',
  listPortalUsage: 'consumer',
};

/** Kept by the identity provider, which answers them all. */
const ELSEWHERE = ['listMembers'];

/** The rows that are copied, so that each list becomes long, and what must differ in the copies. */
async function copiesOf(
  knex: Knex,
  ids: OneOfEach['ids'],
): Promise<readonly Copies[]> {
  const toolOf = (name: string) => knex('mcp_server_tools').where({ name });
  const [[crm], [billing], [log]] = await Promise.all([
    toolOf('listcrmapi'),
    toolOf('listbillingapi'),
    knex('deployment_logs').where({ deployment_id: ids.deployment_id }),
  ]);
  const key = { api_key_hash: `${'0'.repeat(52)}{n}` };
  const own = (id: string) => ({ id });
  return [
    ['tenants', own('spare-1'), { id: 'tenant-{n}' }],
    ['apis', { api_id: 'crm-api' }, { id: ID, api_id: 'api-{n}' }],
    ['applications', own(ids.application_id), { id: ID, client_id: ID }],
    [
      'subscriptions',
      own(ids.subscription_id),
      { id: ID, application_id: ID, ...key },
    ],
    ['mcp_servers', { slug: 'crm-tools' }, { id: ID, slug: 'tools-{n}' }],
    ['mcp_server_tools', own(crm.id), { id: ID, name: 'tool-{n}' }],
    [
      'mcp_server_tools',
      own(billing.id),
      { id: ID.replace('-9', '-8'), name: 'tool-{n}' },
    ],
    [
      'mcp_subscriptions',
      own(ids.mcp_subscription_id),
      { id: ID, server_id: ID, ...key },
    ],
    // Of many people, to the one server.
    [
      'mcp_subscriptions',
      own(ids.mcp_subscription_id),
      {
        id: ID.replace('-9', '-8'),
        subscriber_id: 'person-{n}',
        api_key_hash: `${'1'.repeat(52)}{n}`,
      },
    ],
    ['deployments', own(ids.deployment_id), { id: ID, trace_id: ID }],
    ['deployment_logs', own(log.id), { id: ID }],
    ['pipeline_traces', own(ids.trace_id), { id: ID }],
    ['tenant_webhooks', own(ids.webhook_id), { id: ID }],
    ['webhook_deliveries', own(ids.delivery_id), { id: ID }],
    ['alert_rules', own(ids.rule_id), { id: ID }],
    [
      'mcp_approvals',
      own(ids.approval_id),
      { id: ID, arguments_hash: `${'0'.repeat(52)}{n}` },
    ],
    ['mcp_tool_changes', own(ids.change_id), { id: ID, tool_name: 'tool-{n}' }],
    [
      'service_accounts',
      own(ids.service_account_id),
      { id: ID, client_id: ID },
    ],
    ['alerts', own(ids.alert_id), { id: ID, status: 'cleared' }],
    ['mcp_error_snapshots', own(ids.snapshot_id), { id: ID }],
    [
      'audit_log',
      { tenant_id: 'acme-corp', seq: '1' },
      { seq: '1{n}', event_id: ID },
    ],
  ].map(([table, row, varied]) => ({ table, row, varied } as Copies));
}

describe.each(databases.eachSupportedId())('lists, %s', databaseId => {
  let knex: Knex;
  let plane: TestControlPlane;
  let things: OneOfEach;
  let lists: readonly Operation[];
  /** By operation: with a few rows, then with many. */
  const statements = [new Map<string, number>(), new Map<string, number>()];

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
    things = await makeOneOfEach(plane, knex);
    const { operations } = await loadContract();
    lists = operations.filter(
      ({ operationId, parameters }) =>
        parameters.some(({ name }) => name === 'page') &&
        !ELSEWHERE.includes(operationId),
    );
    const copies = await copiesOf(knex, things.ids);
    for (const [at, from, to] of [
      [0, 1, FEW],
      [1, FEW + 1, MANY],
    ]) {
      for (const one of copies) await multiply(knex, one, { from, to });
      await knex.raw('analyze');
      for (const list of lists)
        statements[at].set(list.operationId, await statementsOf(list));
    }
  });
  afterAll(() => plane.stop());

  it('take as many statements for many rows as for a few', () => {
    expect(lists.length).toBeGreaterThan(25);
    expect(Object.fromEntries(statements[1])).toEqual(
      Object.fromEntries(statements[0]),
    );
    expect(Math.min(...statements[0].values())).toBeGreaterThan(0);
  });

  it('are the same by their pages as by cursor, each item once', async () => {
    for (const list of lists) {
      const numbered: string[] = [];
      const followed: string[] = [];
      let cursor = '';
      for (const page of [1, 2, 3]) {
        const { body } = await ask(list, `page=${page}&page_size=40`);
        const { operationId } = list;
        expect({ operationId, ...body, items: [] }).toEqual({
          operationId,
          items: [],
          total: expect.any(Number),
          page,
          page_size: 40,
        });
        expect(body.total).toBeGreaterThanOrEqual(MANY);
        numbered.push(...body.items.map((i: object) => JSON.stringify(i)));
        const next = await ask(list, `limit=40${cursor}`);
        followed.push(...next.body.items.map((i: object) => JSON.stringify(i)));
        cursor = `&cursor=${encodeURIComponent(next.body.next_cursor)}`;
      }
      expect(numbered).toEqual(followed);
      expect(numbered).toHaveLength(120);
      const { operationId } = list;
      const alike = operationId === 'getDeploymentLogs';
      const different = new Set(numbered).size;
      expect([operationId, alike ? 120 : different]).toEqual([
        operationId,
        120,
      ]);
    }
  });

  it('end, and say so', async () => {
    for (const list of lists) {
      const first = await ask(list, 'page=1&page_size=100');
      const last = Math.ceil(first.body.total / 100);
      const rest = first.body.total - (last - 1) * 100;
      const ended = await ask(list, `page=${last}&page_size=100`);
      expect(ended.body.items).toHaveLength(rest);
      const beyond = await ask(list, `page=${last + 1}&page_size=100`);
      expect(beyond.body).toMatchObject({ items: [], page: last + 1 });
    }
  });

  it('are asked for in one way', async () => {
    for (const list of lists) {
      const { body } = await ask(list, 'limit=1');
      const cursor = encodeURIComponent(body.next_cursor);
      const both = await ask(list, `page=1&cursor=${cursor}`);
      expect([both.status, both.body.error.details[0].field]).toEqual([
        400,
        'page',
      ]);
    }
  });

  async function ask(list: Operation, query: string) {
    const { path } = await things.request(list);
    const { operationId } = list;
    return plane
      .as(OWNERS[operationId] ?? whoMay(operationId))
      .get(`${path}${path.includes('?') ? '&' : '?'}${query}`);
  }

  /** What a list takes by itself: other work goes on beside it, but not at each of the tries. */
  async function statementsOf(list: Operation): Promise<number> {
    let least = Infinity;
    for (let tries = 0; tries < 5; tries++) {
      let count = 0;
      const add = () => void (count += 1);
      knex.on('query', add);
      await ask(list, 'limit=100');
      knex.removeListener('query', add);
      least = Math.min(least, count);
    }
    return least;
  }
});
