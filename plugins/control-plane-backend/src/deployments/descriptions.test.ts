import { TestDatabases } from '@backstage/backend-test-utils';
import { followFeed } from '../__testUtils__/followFeed';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())(
  'what gateways are told of definitions, %s',
  databaseId => {
    let plane: TestControlPlane;
    let feed: ReturnType<typeof followFeed>;
    const item = '/v1/tenants/acme-corp/apis/crm-api';
    const ROUTE = 'route dev/acme-corp/crm-api/1.0.0';

    beforeAll(async () => {
      plane = await startControlPlane({
        knex: await databases.init(databaseId),
      });
      feed = followFeed(plane, ['route']);
      await eventually(async () => {
        if (feed.known.size < 3) throw new Error('not all are deployed yet');
      });
    });
    afterAll(async () => {
      await feed.stop();
      await plane.stop();
    });

    const described = (id: string) =>
      plane.as('plugin:api-runtime').get(`/v1/gateways/descriptions/${id}`);

    /** Deploys the API with policies and a definition, and gives how that ended. */
    async function deploy(policies: object[], definition?: object) {
      const { headers } = await plane.as('acme-devops').get(item);
      const put = await plane
        .as('acme-devops')
        .put(item, {
          policies,
          ...(definition && { definition: JSON.stringify(definition) }),
        })
        .set('If-Match', headers.etag);
      expect(put.status).toBe(200);
      const made = await plane.as('acme-devops').post('/v1/deployments', {
        tenant_id: 'acme-corp',
        api_id: 'crm-api',
        environment: 'dev',
      });
      return eventually(async () => {
        const { body } = await plane
          .as('acme-devops')
          .get(`/v1/deployments/${made.body.id}`);
        expect(['success', 'failed']).toContain(body.status);
        return body;
      });
    }
    /** The step in which policies are applied. */
    async function stepOf(id: string) {
      const { body } = await plane
        .as('acme-devops')
        .get(`/v1/deployments/${id}/trace`);
      return body.steps.find(
        ({ name }: { name: string }) => name === 'apply-policies',
      );
    }
    const definition = (paths: object) => ({
      openapi: '3.0.3',
      info: { title: 'CRM', version: '1.0.0' },
      paths,
    });
    const responses = { 200: { description: 'Ok' } };

    it('is what was deployed, whatever the definition is now', async () => {
      const first = await deploy(
        [{ type: 'request-validation' }],
        definition({
          '/a/{id}': {
            get: {
              parameters: [
                {
                  name: 'id',
                  in: 'path',
                  required: true,
                  schema: { type: 'integer', nullable: true },
                },
              ],
              responses: {
                200: {
                  description: 'Ok',
                  content: { 'application/json': { example: { a: 1 } } },
                },
              },
            },
          },
        }),
      );
      expect(first.status).toBe('success');
      const { deployment_id: id, policies } = feed.known.get(ROUTE);
      expect(policies.map(({ type }: { type: string }) => type)).toContain(
        'request-validation',
      );
      const answer = await described(id);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        problems: [],
        operations: [
          {
            method: 'GET',
            path: '/a/{id}',
            request: {
              parameters: [
                { name: 'id', schema: { type: ['integer', 'null'] } },
              ],
            },
            answers: [{ status: 200, type: 'application/json' }],
          },
        ],
      });
      await deploy(
        [{ type: 'mock' }],
        definition({ '/b': { get: { responses } } }),
      );
      expect((await described(id)).body).toEqual(answer.body);
      const { deployment_id: later } = feed.known.get(ROUTE);
      expect((await described(later)).body.operations).toMatchObject([
        { path: '/b' },
      ]);
    });

    it('fails a deployment that has nothing for its policies, and leaves what is served', async () => {
      const before = feed.known.get(ROUTE);
      const failed = await deploy([{ type: 'mock' }], definition({}));
      expect(failed.status).toBe('failed');
      expect((await stepOf(failed.id)).message).toContain(
        'The definition has no operations',
      );
      expect(feed.known.get(ROUTE)).toEqual(before);
      const fine = await deploy([]);
      expect(fine.status).toBe('success');
    });

    it('tells what of a definition cannot be checked', async () => {
      const made = await deploy(
        [{ type: 'request-validation' }],
        definition({
          '/ok': { get: { responses } },
          '/odd': {
            get: {
              operationId: 'odd',
              parameters: [
                {
                  name: 'q',
                  in: 'query',
                  schema: { type: 'string', pattern: '(?=a)b' },
                },
              ],
              responses,
            },
          },
        }),
      );
      const step = await stepOf(made.id);
      expect(step.message).toMatch(
        /request-validation.*\(2 operations\)\. odd: /,
      );
    });

    it('is for gateways alone, and of deployments that there are', async () => {
      const { deployment_id: id } = feed.known.get(ROUTE);
      for (const account of ['acme-devops', 'platform-admin']) {
        const answer = await plane
          .as(account)
          .get(`/v1/gateways/descriptions/${id}`);
        expect(answer.status).toBe(403);
      }
      const none = await described('3f0b1f5e-6b1c-4f6e-9d52-0c6f3c1d7a11');
      expect([none.status, none.body.error.code]).toEqual([
        404,
        'stoa.not_found',
      ]);
      expect((await described('x')).status).toBe(400);
    });
  },
);
