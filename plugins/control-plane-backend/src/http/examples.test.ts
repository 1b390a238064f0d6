import { TestDatabases } from '@backstage/backend-test-utils';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { startControlPlane, TestControlPlane } from '../__testUtils__';
import { makeOneOfEach, OneOfEach } from '../__testUtils__/oneOfEach';
import { whoMay } from '../__testUtils__/roles';
import { laterRoutes } from '../later/routes';
import { loadContract, Operation } from './contract';

jest.setTimeout(120_000);

/** Moves of a subscription in an order that it allows. */
const MOVES =
  'reject approve extend tool-grants rotate-key suspend decide revoke'.split(
    ' ',
  );

/** What an example cannot know, or this installation does not do. */
const REFUSED: Readonly<Record<string, string>> = {
  validateKey: 'stoa.key.unknown',
  reportDeployment: 'stoa.conflict',
};

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('examples, %s', databaseId => {
  let plane: TestControlPlane;
  let things: OneOfEach;
  let operations: readonly Operation[];
  let asks = 0;

  beforeAll(async () => {
    const knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
    things = await makeOneOfEach(plane, knex);
    const all = (await loadContract()).operations.filter(({ body }) => body);
    const rank = ({ path }: Operation) => MOVES.indexOf(path.split('/').pop()!);
    operations = [...all].sort((a, b) => rank(a) - rank(b));
  });
  afterAll(() => plane.stop());

  it('are there for every body, and what the contract says', () => {
    const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
    const faults = operations
      .map(({ operationId, body }) => {
        const validate = ajv.compile(body!.schema);
        const right = body!.example !== undefined && validate(body!.example);
        return right ? '' : `${operationId} ${ajv.errorsText(validate.errors)}`;
      })
      .filter(Boolean);
    expect(faults).toEqual([]);
    expect(operations.length).toBeGreaterThan(40);
  });

  it('are answered well', async () => {
    const faults: string[] = [];
    for (const operation of operations) {
      const { operationId, method } = operation;
      const { path, body } = await prepared(operation);
      const as = plane.as(whoMay(operationId));
      const { headers } = await as.get(path);
      const call = as[method as 'post'](path, body);
      const answer = headers.etag
        ? await call.set('If-Match', headers.etag)
        : await call;
      const code = answer.body?.error?.code;
      const expected =
        answer.status < 300 ||
        (answer.status === 501 && operationId in laterRoutes) ||
        (code !== undefined && code === REFUSED[operationId]);
      if (!expected)
        faults.push(`${operationId} ${answer.status} ${answer.text}`);
    }
    expect(faults).toEqual([]);
  });

  /** The request, about something that nobody has used up. */
  async function prepared(
    operation: Operation,
  ): Promise<{ path: string; body?: object }> {
    const { path, body } = await things.request(operation);
    switch (operation.operationId) {
      case 'createSubscription':
        return { path, body: { ...body, application_id: await application() } };
      case 'createToolSet':
        return { path, body: { ...body, toolset_id: 'more-tools' } };
      case 'rejectSubscription': {
        const made = await plane.as('consumer').post('/v1/subscriptions', {
          application_id: await application(),
          tenant_id: 'acme-corp',
          api_id: 'crm-api',
          plan: 'free',
        });
        const { id } = made.body.subscription;
        return { path: path.replace(things.ids.subscription_id, id), body };
      }
      case 'rejectMcpSubscription': {
        const server = await plane
          .as('acme-admin')
          .get('/v1/tenants/acme-corp/toolsets/crm-tools');
        const made = await plane
          .as('acme-viewer')
          .post('/v1/mcp/subscriptions', {
            server_id: server.body.id,
            plan: 'free',
          });
        const { id } = made.body.subscription;
        return { path: path.replace(things.ids.mcp_subscription_id, id), body };
      }
      case 'approveMcpApproval':
      case 'denyMcpApproval':
      case 'useMcpApproval': {
        const gateway = plane.as('plugin:api-runtime');
        const asked = await gateway.post('/v1/mcp/approvals', {
          server_id: 'acme-corp:crm-tools',
          tool: 'listcrmapi',
          subject: 'consumer',
          arguments: {},
          arguments_hash: String(++asks).padStart(64, '0'),
          ...body,
          note: undefined,
        });
        const at = `/v1/mcp/approvals/${asked.body.id}`;
        if (operation.operationId === 'useMcpApproval')
          await plane.as('acme-admin').post(`${at}/approve`);
        return {
          path: path.replace(things.ids.approval_id, asked.body.id),
          body,
        };
      }
      default:
        return { path, body };
    }
  }

  async function application(): Promise<string> {
    const made = await plane
      .as('consumer')
      .post('/v1/applications', { name: 'Another' });
    return made.body.id;
  }
});
