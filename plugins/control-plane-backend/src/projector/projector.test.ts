import { TestDatabases } from '@backstage/backend-test-utils';
import { FileChange } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const author = { name: 'Somebody', email: 'somebody@example.com' };

const DEFINITION =
  'openapi: 3.0.3\ninfo: { title: T, version: "1" }\npaths: {}\n';

describe.each(databases.eachSupportedId())(
  'from Git to the tables, %s',
  databaseId => {
    let plane: TestControlPlane;
    let knex: Knex;
    const folder = 'tenants/acme-corp/apis/crm-api';
    const item = '/v1/tenants/acme-corp/apis/crm-api';

    beforeAll(async () => {
      knex = await databases.init(databaseId);
      plane = await startControlPlane({ knex });
      await eventually(async () => {
        const routes = await knex('runtime_routes').select('version');
        if (routes.length < 3) throw new Error('not all are deployed yet');
      });
    });
    afterAll(() => plane.stop());

    /** Commits past the API, as a push would, and has the platform take it in with its next write. */
    async function push(
      changes: FileChange[],
      trailers?: Record<string, string>,
    ): Promise<void> {
      await plane.repository.commit({
        changes,
        message: 'From outside',
        author,
        trailers,
      });
      const { headers } = await plane
        .as('demo-admin')
        .get('/v1/tenants/demo-tenant/apis/weather-api');
      const nudge = await plane
        .as('demo-admin')
        .put('/v1/tenants/demo-tenant/apis/weather-api', {
          description: String(Math.random()),
        })
        .set('If-Match', headers.etag);
      expect(nudge.status).toBe(200);
    }
    const reasons = async () =>
      Object.fromEntries(
        (await knex('quarantine').select()).map(row => [row.path, row.reason]),
      );
    const manifest = (spec: string, name = 'crm-api') =>
      `apiVersion: stoa.cab-i.com/v1alpha1\nkind: API\nmetadata: { name: ${name} }\nspec: { ${spec} }\n`;

    it('keeps what is in a manifest beside the change that is asked for', async () => {
      const before = await plane.as('acme-admin').get(item);
      const changed = await plane
        .as('acme-devops')
        .put(item, { description: 'Customers' })
        .set('If-Match', before.headers.etag);
      expect(changed.body.description).toBe('Customers');
      const text = (await plane.repository.read(
        (await plane.repository.head())!,
        `${folder}/api.yaml`,
      ))!.toString();
      expect(text).toContain('# Kept by hand.');
      expect(text).toContain('labels: { team: core }');
      const again = await plane
        .as('acme-devops')
        .put(item, { description: 'x' })
        .set('If-Match', before.headers.etag);
      expect(again.status).toBe(412);
    });

    it.each([
      ['no YAML', 'a: [', /flow|expected|collection/i],
      [
        'a wrong version',
        manifest('displayName: CRM, version: two'),
        /version/,
      ],
      [
        "somebody else's name",
        manifest('displayName: CRM, version: 1.0.0', 'other'),
        /its path says "crm-api"/,
      ],
      [
        'a placeholder',
        `${manifest(
          'displayName: CRM, version: 1.0.0',
        )}x: { $text: https://example.com }\n`,
        /\$text/,
      ],
      ['an alias', 'a: &a [1]\nb: *a\n', /alias/],
      [
        'NUL',
        manifest('displayName: CRM, version: 1.0.0, description: "a\\0b"'),
        /NUL/,
      ],
    ])(
      'sets %s aside and keeps the last good content',
      async (_, content, reason) => {
        const before = await plane.as('acme-viewer').get(item);
        await push([{ path: `${folder}/api.yaml`, content }]);
        expect((await reasons())[folder]).toMatch(reason);
        const after = await plane.as('acme-viewer').get(item);
        expect({ ...after.body, updated_at: '' }).toEqual({
          ...before.body,
          updated_at: '',
        });
      },
    );

    it('takes it back when it is good again, and sets a broken document aside with its line', async () => {
      const good = manifest(
        "displayName: CRM, version: 1.1.0, status: published, visibility: public, environments: [{ name: dev, backendUrl: 'http://127.0.0.1:7011' }]",
      );
      await push([{ path: `${folder}/api.yaml`, content: good }]);
      expect(await reasons()).toEqual({});
      expect((await plane.as('acme-viewer').get(item)).body.version).toBe(
        '1.1.0',
      );
      await eventually(async () => {
        const { body } = await plane.as('acme-viewer').get(item);
        expect(
          body.deployed.map((d: { version: string }) => d.version),
        ).toEqual(['1.0.0', '1.1.0']);
      });
      await push([
        {
          path: `${folder}/openapi.yaml`,
          content: 'openapi: 3.0.3\ninfo: 7\npaths: {}\n',
        },
      ]);
      expect((await reasons())[folder]).toMatch(/^openapi.yaml:2:\d+: /);
    });

    it.each([
      ['in a comment', `${DEFINITION}# \0`],
      ['in a key', `${DEFINITION}x-a: { "b\\0": c }`],
      ['in a name', `${DEFINITION.replace('T', '"T\\0"')}`],
      ['in a key that is there twice', '{"a\\u0000": 1, "a\\u0000": 2}'],
    ])('goes on after NUL %s of a document', async (_, content) => {
      const path = `${folder}/openapi.yaml`;
      const head = (await plane.repository.head())!;
      const good = await plane.repository.read(head, path);
      await push([{ path, content }]);
      expect((await reasons())[folder]).toMatch(/NUL|Duplicate key "a"/);
      await push([{ path, content: good }]);
    });

    it('freezes a version that was deployed beyond dev, from the API and from Git', async () => {
      const doc = (title: string) =>
        `openapi: 3.0.3\ninfo: { title: ${title}, version: 1.1.0 }\npaths: {}\n`;
      await push([
        { path: `${folder}/openapi.yaml`, content: doc('CRM') },
        {
          path: `${folder}/api.yaml`,
          content: manifest(
            "displayName: CRM, version: 1.1.0, status: published, visibility: public, environments: [{ name: dev, backendUrl: 'http://127.0.0.1:7011' }, { name: staging, backendUrl: 'http://127.0.0.1:7011' }]",
          ),
        },
      ]);
      const staged = await plane.as('acme-devops').post('/v1/deployments', {
        tenant_id: 'acme-corp',
        api_id: 'crm-api',
        environment: 'staging',
      });
      expect(staged.status).toBe(202);
      const { headers } = await plane.as('acme-admin').get(item);
      const changed = await plane
        .as('acme-admin')
        .put(item, { definition: doc('Changed') })
        .set('If-Match', headers.etag);
      expect(changed.body.error.code).toBe('stoa.api.version_frozen');
      const other = await plane
        .as('acme-admin')
        .put(item, { version: '1.0.9', definition: doc('Other') })
        .set('If-Match', headers.etag);
      const back = await plane
        .as('acme-admin')
        .put(item, { version: '1.1.0' })
        .set('If-Match', other.headers.etag);
      expect(back.body.error.code).toBe('stoa.api.version_frozen');
      const returned = await plane
        .as('acme-admin')
        .put(item, { version: '1.1.0', definition: doc('CRM') })
        .set('If-Match', other.headers.etag);
      expect(returned.status).toBe(200);
      await push([{ path: `${folder}/openapi.yaml`, content: doc('Changed') }]);
      expect((await reasons())[folder]).toMatch(/frozen/);
      const versions = await plane.as('acme-viewer').get(`${item}/versions`);
      expect(versions.body.items).toContainEqual(
        expect.objectContaining({ version: '1.1.0', frozen: true }),
      );
    });

    it('does not believe authors or trailers of commits', async () => {
      await push(
        [
          {
            path: 'tenants/acme-corp/apis/billing-api/api.yaml',
            content: manifest(
              'displayName: Billing, version: 1.0.1',
              'billing-api',
            ),
          },
        ],
        { 'Stoa-Write': '6f6c1f0e-5d0c-4c6e-9f2a-6b1d2c3e4f50' },
      );
      await eventually(async () => {
        const audit = await plane
          .as('acme-admin')
          .get('/v1/tenants/acme-corp/audit?limit=100');
        const entry = audit.body.items.find(
          (e: { resource: string; details: { version: string } }) =>
            e.resource === 'api:acme-corp/billing-api' &&
            e.details.version === '1.0.1',
        );
        expect(entry.actor).toMatch(/^git:[0-9a-f]{12}$/);
      });
    });

    it('keeps an API that is removed while somebody can call it, and lets go of one that nobody uses', async () => {
      await push([
        { path: `${folder}/api.yaml` },
        { path: `${folder}/openapi.yaml` },
      ]);
      expect((await reasons())[folder]).toMatch(/removed while/);
      expect((await plane.as('acme-viewer').get(item)).status).toBe(200);

      const unused = 'tenants/acme-corp/apis/unused-api';
      await push([
        {
          path: `${unused}/api.yaml`,
          content: manifest(
            'displayName: Unused, version: 1.0.0',
            'unused-api',
          ),
        },
        {
          path: `${unused}/openapi.yaml`,
          content:
            'openapi: 3.0.3\ninfo: { title: U, version: 1.0.0 }\npaths: {}\n',
        },
      ]);
      const address = '/v1/tenants/acme-corp/apis/unused-api';
      const { headers } = await plane.as('acme-admin').get(address);
      expect(
        (
          await plane
            .as('acme-admin')
            .delete(address)
            .set('If-Match', headers.etag)
        ).status,
      ).toBe(204);
      expect((await plane.as('acme-admin').get(address)).status).toBe(404);
      expect(
        await plane.repository.list((await plane.repository.head())!, unused),
      ).toEqual([]);
    });

    it('ignores folders whose tenant cannot be', async () => {
      await push([
        { path: 'tenants/admin/tenant.yaml', content: 'kind: Tenant\n' },
      ]);
      expect((await reasons())['tenants/admin']).toBeDefined();
      expect(
        (await plane.as('platform-admin').get('/v1/tenants')).body.items.map(
          (t: { id: string }) => t.id,
        ),
      ).toEqual(['acme-corp', 'demo-tenant']);
    });

    it('gives the quota to exactly as many as it has', async () => {
      const create = (n: number) =>
        plane.as('acme-admin').post('/v1/tenants/acme-corp/apis', {
          api_id: `quota-${n}`,
          display_name: 'Q',
          version: '1.0.0',
          visibility: 'private',
          environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7011' }],
          definition:
            'openapi: 3.0.3\ninfo: { title: Q, version: 1.0.0 }\npaths: {}\n',
        });
      const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(create));
      // Two of the five that the tenant may have are taken.
      expect(answers.map(a => a.body.error?.code ?? a.status).sort()).toEqual([
        201,
        201,
        201,
        'stoa.tenant.quota_exceeded',
        'stoa.tenant.quota_exceeded',
        'stoa.tenant.quota_exceeded',
      ]);
    });
  },
);
