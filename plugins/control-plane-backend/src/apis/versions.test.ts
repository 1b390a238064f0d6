import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { setImmediate as turn } from 'node:timers/promises';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import {
  change,
  ORDERS_DEFINITION,
  ORDERS_PATH,
  createOrders,
} from '../__testUtils__/orders';

jest.setTimeout(120_000);

const NEXT = ORDERS_DEFINITION.replace('[open, sent]', '[open]')
  .replace('operationId: getOrder', 'operationId: readOrder')
  .replace(/ {4}delete:[\s\S]*$/, '');
const DIFF = `${ORDERS_PATH}/diff`;

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('versions of APIs, %s', id => {
  let knex: Knex;
  let plane: TestControlPlane;
  let admin: ReturnType<TestControlPlane['as']>;

  beforeEach(async () => {
    knex = await databases.init(id);
    plane = await startControlPlane({ knex });
    admin = plane.as('acme-admin');
    await createOrders(plane);
  });
  afterEach(() => plane.stop());

  /** The new version; its commit. */
  async function add(version: string, definition: string): Promise<string> {
    const made = await change(plane, ORDERS_PATH, { version, definition });
    expect([made.status, made.body.error]).toEqual([200, undefined]);
    return (await plane.repository.head())!;
  }

  it('tells what changed between two of them, or two commits', async () => {
    const first = (await plane.repository.head())!;
    const second = await add('2.0.0', NEXT);
    const { body } = await admin.get(`${DIFF}?from=1.0.0`);
    expect(body).toMatchObject({
      from: { version: '1.0.0', commit: first },
      to: { version: '2.0.0', commit: second },
      breaking: true,
      added: 0,
      removed: 1,
      changed: 2,
      operations: [
        {
          change: 'changed',
          operation_id: 'listOrders',
          changes: [
            {
              kind: 'values_removed',
              where: 'query.status',
              before: '"sent"',
              breaking: true,
            },
          ],
        },
        { change: 'removed', method: 'delete', breaking: true },
        {
          change: 'changed',
          breaking: false,
          changes: [
            { kind: 'renamed', before: 'getOrder', after: 'readOrder' },
          ],
        },
      ],
    });
    const commits = await admin.get(`${DIFF}?from=${second}&to=${first}`);
    expect(commits.body).toMatchObject({
      from: { commit: second },
      breaking: false,
      added: 1,
    });
    const same = await admin.get(`${DIFF}?from=${first}&to=1.0.0`);
    expect(same.body.operations).toEqual([]);
  });

  it('compares only what is theirs', async () => {
    const before = (await plane.repository.log({ limit: 2 }))[1].commit;
    for (const [query, field] of [
      ['', 'from'],
      ['from=3.0.0', 'from'],
      ['from=1.0.0&to=3.0.0', 'to'],
      [`from=${'0'.repeat(40)}`, 'from'],
      // A commit before the API came.
      [`from=${before}`, 'from'],
      ['from=HEAD', 'from'],
      ['from=1.0.0&to=main:', 'to'],
    ]) {
      const { status, body } = await admin.get(`${DIFF}?${query}`);
      expect([query, status, body.error?.details?.[0]?.field]).toEqual([
        query,
        400,
        field,
      ]);
    }
    // Pushed past us, and set aside.
    const bad = await plane.repository.commit({
      changes: [
        {
          path: 'tenants/acme-corp/apis/orders-api/openapi.yaml',
          content: ORDERS_DEFINITION.replace(
            'responses: {',
            "responses: { $ref: 'http://127.0.0.1/', ",
          ),
        },
      ],
      message: 'Push',
      author: { name: 'Somebody', email: 'somebody@example.com' },
    });
    const invalid = await admin.get(`${DIFF}?from=${bad.commit}`);
    expect([invalid.status, invalid.body.error.code]).toEqual([
      422,
      'stoa.definition.invalid',
    ]);
  });

  const TO_STAGING = {
    tenant_id: 'acme-corp',
    api_id: 'orders-api',
    environment: 'staging',
  };
  const FIRST = ORDERS_DEFINITION;

  /** Published, running in dev, and with a place in staging. */
  async function running(): Promise<void> {
    const backend_url = 'http://127.0.0.1:7011';
    await change(plane, ORDERS_PATH, {
      environments: ['dev', 'staging'].map(name => ({ name, backend_url })),
    });
    await admin.post(`${ORDERS_PATH}/publish`);
    await eventually(async () => {
      const { body } = await admin.get(ORDERS_PATH);
      expect(body.deployed).toHaveLength(1);
    });
  }

  it('can be changed in dev, and never again beyond it', async () => {
    await running();
    const changed = await change(plane, ORDERS_PATH, { definition: NEXT });
    expect(changed.body.version).toBe('1.0.0');
    const staged = await admin.post('/v1/deployments', TO_STAGING);
    expect(staged.status).toBe(202);
    for (const body of [
      { definition: FIRST },
      { definition: FIRST, description: 'Other' },
    ]) {
      const refused = await change(plane, ORDERS_PATH, body);
      expect([refused.status, refused.body.error.code]).toEqual([
        409,
        'stoa.api.version_frozen',
      ]);
    }
    const words = await change(plane, ORDERS_PATH, { description: 'Other' });
    expect(words.status).toBe(200);
    await add('1.1.0', FIRST);
    const { body } = await admin.get(`${ORDERS_PATH}/versions`);
    expect(body.items.map((v: any) => [v.version, v.frozen])).toEqual([
      ['1.1.0', false],
      ['1.0.0', true],
    ]);
    const kept = await admin.get(`${ORDERS_PATH}/versions/1.0.0/definition`);
    expect(kept.text).toBe(NEXT);
  });

  it('stay what they were when the API is deleted and made again', async () => {
    await running();
    await admin.post('/v1/deployments', TO_STAGING);
    const { headers } = await admin.get(ORDERS_PATH);
    const gone = await admin
      .delete(`${ORDERS_PATH}?force=true`)
      .set('If-Match', headers.etag);
    expect(gone.status).toBe(204);
    const again = {
      api_id: 'orders-api',
      display_name: 'Orders API',
      version: '1.0.0',
      visibility: 'public',
    };
    const path = '/v1/tenants/acme-corp/apis';
    const imported = { ...again, definition: NEXT };
    const shown = await admin.post(`${path}/preview`, imported);
    expect(shown.body).toMatchObject({
      ready: false,
      notes: [{ field: 'version' }, {}],
    });
    const refused = await admin.post(`${path}/import`, imported);
    expect(refused.body.error.code).toBe('stoa.api.version_frozen');
    expect((await admin.get(ORDERS_PATH)).status).toBe(404);
    const next = await admin.post(`${path}/import`, {
      ...imported,
      version: '1.0.1',
    });
    expect(next.status).toBe(201);
  });

  it('have one document, however changes and deployments meet', async () => {
    await running();
    const rounds = id === 'SQLITE_3' ? 3 : 20;
    for (let round = 0; round < rounds; round++) {
      const version = `2.${round}.0`;
      await add(version, FIRST);
      await dev(version);
      const { headers } = await admin.get(ORDERS_PATH);
      const [staged, changed] = await Promise.all([
        admin.post('/v1/deployments', { ...TO_STAGING, version }),
        admin
          .put(ORDERS_PATH, { definition: NEXT })
          .set('If-Match', headers.etag),
      ]);
      const said = [staged, changed].map(
        answer => answer.body.error?.code ?? answer.status,
      );
      expect([
        [202, 200],
        [202, 'stoa.api.version_frozen'],
        ['stoa.conflict', 200],
      ]).toContainEqual(said);
      if (staged.status !== 202) continue;
      const { commit } = await knex('deployments')
        .where({ id: staged.body.id })
        .first();
      const deployed = await plane.repository.read(
        commit,
        'tenants/acme-corp/apis/orders-api/openapi.yaml',
      );
      const kept = await admin.get(
        `${ORDERS_PATH}/versions/${version}/definition`,
      );
      expect(kept.text).toBe(String(deployed));
      expect(kept.text).toBe(changed.status === 200 ? NEXT : FIRST);
    }
    expect(await knex('quarantine')).toEqual([]);
  });

  async function dev(version: string): Promise<void> {
    await admin.post('/v1/deployments', {
      ...TO_STAGING,
      environment: 'dev',
      version,
    });
    await eventually(async () => {
      const { body } = await admin.get(ORDERS_PATH);
      expect(body.deployed.map((d: any) => d.version)).toContain(version);
    });
  }

  it('compares large documents while others are answered', async () => {
    const large = (text: string) =>
      JSON.stringify({
        openapi: '3.0.3',
        info: { title: 'Large', version: '1' },
        paths: Object.fromEntries(
          Array.from({ length: 1_500 }, (_, n) => [
            `/p${n}`,
            {
              get: {
                responses: { 200: { description: text.repeat(4_000) } },
                ...(n % 2 && { summary: text }),
              },
            },
          ]),
        ),
      });
    await add('2.0.0', large('x'));
    await add('3.0.0', large('y'));
    let done = false;
    const asked = admin.get(`${DIFF}?from=2.0.0`).then(answer => {
      done = true;
      return answer;
    });
    let turns = 0;
    for (; !done; turns++) await turn();
    const { body } = await asked;
    expect(body).toMatchObject({ changed: 750, breaking: false, omitted: 250 });
    expect(body.operations).toHaveLength(500);
    // A main thread that did the work itself would turn a handful of times.
    expect(turns).toBeGreaterThan(100);
  });
});
