import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const SNAPSHOTS = '/v1/tenants/acme-corp/snapshots';
const KEY = 'stoa_sk_0123456789abcdefghijABCDEFGHIJ01';

describe.each(databases.eachSupportedId())('snapshots, %s', databaseId => {
  let knex: Knex;
  let plane: TestControlPlane;

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
  });
  afterAll(() => plane.stop());

  const devops = () => plane.as('acme-devops');
  const fail = async (more: object = {}) => {
    const id = uuid();
    const sent = await plane
      .as('plugin:api-runtime')
      .post('/v1/gateways/events', {
        metering: [],
        errors: [
          {
            event_id: id,
            timestamp: new Date().toISOString(),
            tenant_id: 'acme-corp',
            subject: 'consumer',
            error_type: 'server_timeout',
            error_message: `It did not answer in time, ${id}.`,
            request: {},
            response: {},
            ...more,
          },
        ],
      });
    expect(sent.status).toBe(202);
    return `${SNAPSHOTS}/${id}`;
  };

  it('take notes of how far the work is, without the secrets in them', async () => {
    const at = await fail();
    const { headers } = await devops().get(at);
    expect((await devops().patch(at, { status: 'resolved' })).status).toBe(428);
    const noted = await devops()
      .patch(at, { status: 'investigating', note: ` Seen with ${KEY} ` })
      .set('If-Match', headers.etag);
    expect([noted.status, noted.body]).toMatchObject([
      200,
      {
        status: 'investigating',
        note: expect.stringMatching(/^Seen with /),
        updated_by: 'The acme-devops',
        version: 2,
      },
    ]);
    expect(JSON.stringify(noted.body)).not.toContain(KEY);
    const cleared = await devops()
      .patch(at, { note: '' })
      .set('If-Match', noted.headers.etag);
    expect(cleared.body).toMatchObject({ status: 'investigating', version: 3 });
    expect(cleared.body).not.toHaveProperty('note');
    const stale = await devops()
      .patch(at, { status: 'resolved' })
      .set('If-Match', headers.etag);
    expect(stale.status).toBe(412);
    await eventually(async () => {
      const written = await knex('audit_log').where({
        action: 'stoa.snapshot.update',
        resource: `snapshot:${at.split('/').pop()}`,
      });
      expect(written).toHaveLength(2);
      expect(JSON.stringify(written)).not.toContain('Seen with');
    });
  });

  it('refuse an empty change, an unknown state, and who may only read', async () => {
    const at = await fail();
    for (const [body, field] of [
      [{}, 'body'],
      [{ status: 'gone' }, 'status'],
      [{ note: 'x'.repeat(2_001) }, 'note'],
      [{ status: 'resolved', error_type: 'unknown' }, 'error_type'],
    ] as const) {
      const refused = await devops().patch(at, body).set('If-Match', '"1"');
      expect([refused.status, refused.body.error.details[0].field]).toEqual([
        400,
        field,
      ]);
    }
    const change = (who: string, path = at) =>
      plane.as(who).patch(path, { status: 'resolved' }).set('If-Match', '"1"');
    expect((await change('acme-viewer')).status).toBe(403);
    expect((await change('demo-admin')).status).toBe(404);
    const theirs = at.replace('acme-corp', 'demo-tenant');
    expect((await change('demo-admin', theirs)).status).toBe(404);
  });

  it('have one winner of many changes at once', async () => {
    const at = await fail();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        devops().patch(at, { status: 'resolved' }).set('If-Match', '"1"'),
      ),
    );
    expect(answers.map(a => a.status).sort()).toEqual([
      200,
      ...Array(19).fill(412),
    ]);
  });

  it('are found by state, API, request and time', async () => {
    const at = await fail({ api: 'billing-api', request_id: 'request-7' });
    await devops().patch(at, { status: 'ignored' }).set('If-Match', '"1"');
    const found = async (query: string) =>
      (await devops().get(`${SNAPSHOTS}?${query}`)).body.items.map(
        (s: any) => `${SNAPSHOTS}/${s.id}`,
      );
    for (const query of [
      'status=ignored',
      'api_id=billing-api',
      'request_id=request-7',
    ])
      expect(await found(query)).toEqual([at]);
    expect(await found('from=2999-01-01T00:00:00Z')).toEqual([]);
    expect(await found('to=2000-01-01T00:00:00Z')).toEqual([]);
    const unknown = await devops().get(`${SNAPSHOTS}?status=gone`);
    expect(unknown.status).toBe(400);
  });

  it('count what fails alike as one, for each person, until somebody looks at it', async () => {
    const alike = { error_message: 'It broke.', api: 'crm-api' };
    const at = (minutes: number) => ({
      ...alike,
      timestamp: new Date(Date.now() - minutes * 60_000).toISOString(),
    });
    const first = await fail({ ...at(50), request: { n: 1 } });
    await fail({ ...at(40), request: { n: 2 }, occurrences: 4 });
    const counted = await devops().get(first);
    expect(counted.body).toMatchObject({ occurrences: 5, request: { n: 1 } });
    expect(counted.body.last_at).toBe((await devops().get(first)).body.last_at);
    expect(Date.parse(counted.body.last_at)).toBeGreaterThan(
      Date.parse(counted.body.at),
    );
    // Somebody else's, another environment's, and an old one.
    for (const more of [
      { ...at(30), subject: 'other-consumer' },
      { ...at(30), environment: 'staging' },
      { ...at(200) },
    ]) {
      expect((await devops().get(await fail(more))).status).toBe(200);
    }
    await devops()
      .patch(first, { status: 'investigating' })
      .set('If-Match', counted.headers.etag);
    const anew = await fail(at(1));
    expect((await devops().get(anew)).body).toMatchObject({ occurrences: 1 });
    expect((await devops().get(first)).body).toMatchObject({ occurrences: 5 });
  });
});
