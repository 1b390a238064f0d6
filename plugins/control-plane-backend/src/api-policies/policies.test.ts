import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { followFeed } from '../__testUtils__/followFeed';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const author = { name: 'Somebody', email: 'somebody@example.com' };

describe.each(databases.eachSupportedId())('policies, %s', databaseId => {
  let plane: TestControlPlane;
  let knex: Knex;
  let feed: ReturnType<typeof followFeed>;
  const folder = 'tenants/acme-corp/apis/crm-api';
  const item = '/v1/tenants/acme-corp/apis/crm-api';
  const ROUTE = 'route dev/acme-corp/crm-api/1.0.0';

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
    feed = followFeed(plane, ['route']);
    await eventually(async () => {
      if (feed.known.size < 3) throw new Error('not all are deployed yet');
    });
  });
  afterAll(async () => {
    await feed.stop();
    await plane.stop();
  });

  const admin = () => plane.as('platform-admin');
  const put = async (name: string, body: object) => {
    const known = await admin().get(`/v1/policies/${name}`);
    const request = admin().put(`/v1/policies/${name}`, body);
    return known.status === 200
      ? request.set('If-Match', known.headers.etag)
      : request;
  };
  const putApi = async (policies: unknown) => {
    const { headers } = await plane.as('acme-devops').get(item);
    return plane
      .as('acme-devops')
      .put(item, { policies })
      .set('If-Match', headers.etag);
  };
  const deploy = () =>
    plane.as('acme-devops').post('/v1/deployments', {
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      environment: 'dev',
    });
  const served = (expected: unknown) =>
    eventually(async () => {
      expect(feed.known.get(ROUTE).policies).toEqual(expected);
    });

  it('come with the platform, are written to Git, and fall back', async () => {
    const { body } = await plane.as('acme-viewer').get('/v1/policies');
    expect(body.items.map((p: any) => [p.name, p.type, p.built_in])).toEqual([
      ['cors-platform', 'cors', true],
      ['jwt-validation', 'jwt-validation', true],
      ['logging-standard', 'logging', true],
      ['rate-limit-standard', 'rate-limit', true],
    ]);
    const made = await put('cors-platform', {
      type: 'cors',
      config: { allowOrigins: ['https://app.example.com'] },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      built_in: false,
      config: {
        allowOrigins: ['https://app.example.com'],
        maxAgeSeconds: 600,
      },
    });
    const head = (await plane.repository.head())!;
    const text = await plane.repository.read(
      head,
      'webmethods/policies/cors-platform.yaml',
    );
    expect(text!.toString()).toContain('kind: Policy');
    const stale = await admin()
      .put('/v1/policies/cors-platform', { type: 'cors' })
      .set('If-Match', '"0000"');
    expect(stale.status).toBe(412);
    const blind = await admin().put('/v1/policies/cors-platform', {
      type: 'cors',
    });
    expect(blind.status).toBe(428);
    const gone = await admin()
      .delete('/v1/policies/cors-platform')
      .set('If-Match', made.headers.etag);
    expect(gone.status).toBe(204);
    const again = await admin().get('/v1/policies/cors-platform');
    expect(again.body).toMatchObject({ built_in: true });
    const kept = await admin()
      .delete('/v1/policies/cors-platform')
      .set('If-Match', '"x"');
    expect([kept.status, kept.body.error.code]).toEqual([409, 'stoa.conflict']);
  });

  it.each([
    ['type', { type: 'teapot' }],
    ['config.allow', { type: 'ip-allow-list' }],
    [
      'config.allow.1',
      { type: 'ip-allow-list', config: { allow: ['::1', 'x'] } },
    ],
    ['config', { type: 'cors', config: { allowedOrigins: ['*'] } }],
    [
      'config.allowOrigins.0',
      { type: 'cors', config: { allowOrigins: ['a'] } },
    ],
    [
      'config.audiences.0',
      { type: 'jwt-validation', config: { audiences: ['account'] } },
    ],
    ['config.maxBytes', { type: 'request-size', config: { maxBytes: -1 } }],
    [
      'config.request.set.Authorization',
      {
        type: 'headers',
        config: { request: { set: { Authorization: 'Basic x' } } },
      },
    ],
    [
      'config.request.set.X_User_Id',
      { type: 'headers', config: { request: { set: { X_User_Id: 'root' } } } },
    ],
    [
      'config.response.set.x-a',
      {
        type: 'headers',
        config: { response: { set: { 'x-a': 'b\r\nset-cookie: c=d' } } },
      },
    ],
    [
      'config.response.remove.0',
      { type: 'headers', config: { response: { remove: ['Content-Length'] } } },
    ],
  ])('refuse a wrong %s, and store nothing', async (field, body) => {
    const head = await plane.repository.head();
    const answer = await put('wrong', body);
    expect([answer.status, answer.body.error.details[0].field]).toEqual([
      400,
      field,
    ]);
    expect(await plane.repository.head()).toBe(head);
    const inPlace = await putApi([body]);
    expect([inPlace.status, inPlace.body.error.details[0].field]).toEqual([
      400,
      `policies.0.${field}`,
    ]);
    expect(await plane.repository.head()).toBe(head);
  });

  it('go with a version to the gateways: those of its tenant, then its own', async () => {
    await served([]);
    const size = { type: 'request-size', config: { maxBytes: 1000 } };
    await put('small', size);
    expect((await putApi(['small'])).status).toBe(200);
    expect((await plane.as('acme-devops').get(item)).body.policies).toEqual([
      'small',
    ]);
    // Not before the version is deployed again.
    expect(feed.known.get(ROUTE).policies).toEqual([]);
    expect((await deploy()).status).toBe(202);
    await served([size]);

    // A named policy holds wherever it is named, at once.
    const larger = { type: 'request-size', config: { maxBytes: 2000 } };
    expect((await put('small', larger)).status).toBe(200);
    await served([larger]);

    // A tenant's are under those of its APIs.
    const tenant = await admin().get('/v1/tenants/acme-corp');
    const changed = await admin()
      .put('/v1/tenants/acme-corp', {
        display_name: 'ACME',
        default_policies: [
          'rate-limit-standard',
          { type: 'request-size', config: { maxBytes: 5 } },
        ],
      })
      .set('If-Match', tenant.headers.etag);
    expect(changed.status).toBe(200);
    const rate = {
      type: 'rate-limit',
      config: { per: 'subscription', burst: 0 },
    };
    await served([rate, larger]);
    // What a change does not name stays.
    const renamed = await admin()
      .put('/v1/tenants/acme-corp', { display_name: 'ACME Corporation' })
      .set('If-Match', changed.headers.etag);
    expect(renamed.body.default_policies).toEqual(
      changed.body.default_policies,
    );
  });

  it('are not taken away from, or turned against, those who name them', async () => {
    const known = await admin().get('/v1/policies/small');
    const removed = await admin()
      .delete('/v1/policies/small')
      .set('If-Match', known.headers.etag);
    expect([removed.status, removed.body.error.message]).toEqual([
      409,
      expect.stringContaining('acme-corp/crm-api names it'),
    ]);
    const twice = await putApi([
      'small',
      { type: 'request-size', config: { maxBytes: 1 } },
    ]);
    expect([twice.status, twice.body.error.details[0].field]).toEqual([
      400,
      'policies.1',
    ]);
    const unknown = await putApi(['no-such']);
    expect(unknown.body.error.details[0]).toMatchObject({
      field: 'policies.0',
    });
    await putApi([
      'small',
      { type: 'ip-allow-list', config: { allow: ['::1'] } },
    ]);
    const turned = await put('small', {
      type: 'ip-allow-list',
      config: { allow: ['::1'] },
    });
    expect(turned.status).toBe(409);
  });

  it('are set aside when Git has them wrong, and the last good ones hold', async () => {
    const before = feed.known.get(ROUTE).policies;
    const manifest = (await plane.repository.read(
      (await plane.repository.head())!,
      `${folder}/api.yaml`,
    ))!.toString();
    await plane.repository.commit({
      changes: [
        {
          path: 'webmethods/policies/small.yaml',
          content:
            'apiVersion: v1\nkind: Policy\nmetadata: { name: small }\nspec: { type: request-size, config: { maxByte: 1 } }\n',
        },
        {
          path: 'webmethods/policies/other.yaml',
          content:
            'apiVersion: v1\nkind: Policy\nmetadata: { name: another }\nspec: { type: cors }\n',
        },
        {
          path: `${folder}/api.yaml`,
          content: manifest.replace(
            /policies:[\s\S]*$/,
            'policies: [nowhere]\n',
          ),
        },
      ],
      message: 'From outside',
      author,
    });
    // The next write brings it in.
    await put('nudge', { type: 'cors' });
    const reasons = await knex('quarantine')
      .orderBy('path')
      .select('path', 'reason');
    expect(reasons.map(row => [row.path, row.reason])).toEqual([
      [folder, 'spec.policies.0: there is no policy "nowhere"'],
      [
        'webmethods/policies/other.yaml',
        'metadata.name is "another", its path says "other"',
      ],
      [
        'webmethods/policies/small.yaml',
        expect.stringMatching(/^spec\.config\.maxBytes: /),
      ],
    ]);
    expect(feed.known.get(ROUTE).policies).toEqual(before);
    expect((await admin().get('/v1/policies/small')).body.config).toEqual({
      maxBytes: 2000,
    });
  });
});
