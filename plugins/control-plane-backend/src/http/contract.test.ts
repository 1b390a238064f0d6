import { Action, ACTIONS, FINE_SCOPES } from '@stoa/plugin-stoa-common';
import { TestDatabases } from '@backstage/backend-test-utils';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startControlPlane, TestControlPlane } from '../__testUtils__';
import { makeOneOfEach, OneOfEach } from '../__testUtils__/oneOfEach';
import { promisedAnswers } from '../__testUtils__/promised';
import { COLUMNS, TABLE, whoMay } from '../__testUtils__/roles';
import { loadContract, Operation } from './contract';

jest.setTimeout(300_000);

const { actions: RULES } = JSON.parse(
  readFileSync(join(__dirname, '../../../../policies/data.json'), 'utf8'),
) as { actions: Record<Action, { face: string; scope: string }> };

/** Of plugins, gateways and executors. */
const SERVICE_SCOPES = Object.values(RULES)
  .filter(({ face }) => face === 'service')
  .map(({ scope }) => scope);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('the contract, %s', databaseId => {
  let plane: TestControlPlane;
  let things: OneOfEach;
  let operations: readonly Operation[];
  let promised: Awaited<ReturnType<typeof promisedAnswers>>;

  beforeAll(async () => {
    const knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
    operations = (await loadContract()).operations;
    promised = await promisedAnswers();
    things = await makeOneOfEach(plane, knex);
  });
  afterAll(() => plane.stop());

  it('names a known action for every operation, each with its own id', () => {
    expect(new Set(operations.map(o => o.operationId)).size).toBe(
      operations.length,
    );
    expect(operations.filter(o => !(o.action in ACTIONS))).toEqual([]);
  });

  it('lets in exactly whom the table says', async () => {
    expect(operations.map(o => o.operationId).sort()).toEqual(
      Object.keys(TABLE).sort(),
    );
    const seen: Record<string, string> = {};
    for (const operation of operations) {
      const row: string[] = [];
      for (const subject of COLUMNS) row.push(await ask(operation, subject));
      seen[operation.operationId] = row.join(' ');
    }
    expect(seen).toEqual(TABLE);
  });

  it('asks of everybody for the one scope of the action', async () => {
    for (const operation of operations) {
      const { scope } = RULES[operation.action];
      const who = whoMay(operation.operationId);
      const others = [...FINE_SCOPES, ...SERVICE_SCOPES].filter(
        other => other !== scope,
      );
      const seen = [
        await ask(operation, `${who} ${scope}`),
        await ask(operation, `${who} ${others.join(' ')}`),
      ];
      expect([operation.operationId, ...seen]).toEqual([
        operation.operationId,
        // The key it is asked about is none.
        operation.operationId === 'validateKey' ? '401' : 'y',
        '403',
      ]);
    }
  });

  it('answers foreign and unknown alike', async () => {
    const strip = ({ body }: { body: { error: object } }) => ({
      ...body.error,
      correlation_id: '',
    });
    const as = plane.as('demo-admin');
    for (const [foreign, unknown] of [
      ['/v1/tenants/acme-corp', '/v1/tenants/nobody'],
      [
        `/v1/subscriptions/${things.ids.subscription_id}`,
        '/v1/subscriptions/0199a1de-0000-7000-8000-000000000009',
      ],
      [
        `/v1/applications/${things.ids.application_id}`,
        '/v1/applications/0199a1de-0000-7000-8000-000000000009',
      ],
      [
        `/v1/deployments/${things.ids.deployment_id}`,
        '/v1/deployments/0199a1de-0000-7000-8000-000000000009',
      ],
      [
        '/v1/mcp/servers/acme-corp:billing-tools',
        '/v1/mcp/servers/acme-corp:nothing',
      ],
      [
        '/v1/mcp/servers/acme-corp:billing-tools/tools/listbillingapi',
        '/v1/mcp/servers/0199a1de-0000-7000-8000-000000000009/tools/nothing',
      ],
      [
        `/v1/mcp/subscriptions/${things.ids.mcp_subscription_id}`,
        '/v1/mcp/subscriptions/0199a1de-0000-7000-8000-000000000009',
      ],
      [
        '/v1/portal/apis/acme-corp:billing-api',
        '/v1/portal/apis/acme-corp:nothing',
      ],
    ]) {
      expect(strip(await as.get(foreign))).toEqual(
        strip(await as.get(unknown)),
      );
    }
    const consumer = plane.as('other-consumer');
    const subscribe = async (api: string, application: string) =>
      strip(
        await consumer.post('/v1/subscriptions', {
          application_id: application,
          tenant_id: 'acme-corp',
          api_id: api,
          plan: 'free',
        }),
      );
    const hidden = await plane
      .as('acme-viewer')
      .get('/v1/mcp/servers/acme-corp:billing-tools');
    const toTools = async (server: string) =>
      strip(
        await consumer.post('/v1/mcp/subscriptions', {
          server_id: server,
          plan: 'free',
        }),
      );
    expect(await toTools(hidden.body.id)).toEqual(
      await toTools('0199a1de-0000-7000-8000-000000000009'),
    );
    const nobodys = '0199a1de-0000-7000-8000-000000000009';
    const unknown = await subscribe('nothing', nobodys);
    expect(unknown).toMatchObject({ code: 'stoa.not_found' });
    for (const api of ['billing-api', 'crm-api']) {
      for (const application of [nobodys, things.ids.application_id])
        expect(await subscribe(api, application)).toEqual(unknown);
    }
  });

  it('answers what is not an operation with 404 and 405, before anything else', async () => {
    expect(
      (await plane.as('acme-admin').get('/v1/nothing')).body.error.code,
    ).toBe('stoa.not_found');
    const wrong = await plane.as('acme-admin').delete('/v1/me');
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET']);
  });

  it('refuses bodies that are not what the contract says, naming the field', async () => {
    const post = (body: string, type = 'application/json') =>
      plane
        .as('consumer')
        .post('/v1/applications')
        .set('Content-Type', type)
        .send(body);
    expect((await post('{"name":')).body.error.code).toBe('stoa.bad_request');
    expect(
      (await post('name=x', 'application/x-www-form-urlencoded')).status,
    ).toBe(415);
    expect(
      (await post(JSON.stringify({ name: 'a'.repeat(300_000) }))).status,
    ).toBe(413);
    for (const [body, field] of [
      [{}, 'name'],
      [{ name: 7 }, 'name'],
      [{ name: 'x', owner_ref: 'user:default/acme-admin' }, 'owner_ref'],
      [{ name: 'x\u0000' }, 'name'],
      [{ name: '   ' }, 'name'],
    ] as const) {
      const answer = await post(JSON.stringify(body));
      expect([answer.status, answer.body.error.details[0].field]).toEqual([
        400,
        field,
      ]);
    }
    // Neither the depth nor the number of values is ours to choose.
    const nested = '['.repeat(60_000) + ']'.repeat(60_000);
    for (const body of [nested, `{"name":${nested}}`]) {
      expect((await post(body)).body.error.code).toBe('stoa.validation');
    }
    const many = await plane
      .as('acme-admin')
      .post('/v1/tenants/acme-corp/apis', { tags: Array(100_001).fill(1) });
    expect([many.status, many.body.error.message]).toEqual([
      400,
      'body: has more than 100000 values',
    ]);
    const cursor = await plane
      .as('consumer')
      .get('/v1/applications?cursor=nonsense');
    expect([cursor.status, cursor.body.error.details[0].field]).toEqual([
      400,
      'cursor',
    ]);
    const query = await plane
      .as('consumer')
      .get('/v1/applications?limit=0&limit=1');
    expect(query.status).toBe(400);
  });

  async function ask(operation: Operation, subject: string): Promise<string> {
    const { path, body } = await things.request(operation);
    const abort = new AbortController();
    const answer = await fetch(`${plane.url}${path}`, {
      method: operation.method.toUpperCase(),
      headers: {
        ...(subject !== 'nobody' && { Authorization: `Bearer ${subject}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      signal: abort.signal,
    });
    const refused = [401, 403, 404].includes(answer.status);
    const [type] = (answer.headers.get('content-type') ?? '').split(';');
    if (type === 'application/json')
      promised(operation.method, path, {
        status: answer.status,
        type,
        body: await answer.json(),
      });
    abort.abort();
    return refused ? String(answer.status) : 'y';
  }
});
