import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('members, %s', databaseId => {
  let plane: TestControlPlane;
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
  });
  afterAll(() => plane.stop());

  const admin = () => plane.as('acme-admin');
  const list = '/v1/tenants/acme-corp/members';
  const rolesOf = async () => {
    const { body } = await admin().get(`${list}?limit=100`);
    return Object.fromEntries(
      body.items.map((m: { subject: string; roles: string[] }) => [
        m.subject,
        m.roles.join(),
      ]),
    );
  };

  it('are listed, also page by page', async () => {
    const { body } = await admin().get(list);
    expect(body.items).toEqual(
      ['admin', 'devops', 'viewer'].map(name => ({
        subject: `acme-${name}`,
        name: `The acme-${name}`,
        email: `acme-${name}@example.com`,
        roles: [name === 'admin' ? 'tenant-admin' : name],
      })),
    );
    const first = await admin().get(`${list}?limit=2`);
    expect(first.body.items).toHaveLength(2);
    const rest = await admin().get(
      `${list}?limit=2&cursor=${first.body.next_cursor}`,
    );
    expect(rest.body).toEqual({ items: body.items.slice(2) });
    const second = await admin().get(`${list}?page=2&page_size=2`);
    expect(second.body).toEqual({
      items: body.items.slice(2),
      total: 3,
      page: 2,
      page_size: 2,
    });
    const bad = await admin().get(`${list}?cursor=bad`);
    expect(bad.body.error.details[0].field).toBe('cursor');
  });

  it('come, get other roles, and go; the platform and the audit follow', async () => {
    const added = await admin().post(list, {
      email: 'Other-Consumer@example.com',
      roles: ['viewer'],
    });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      subject: 'other-consumer',
      roles: ['viewer'],
    });
    const where = { subject: 'other-consumer', tenant_id: 'acme-corp' };
    expect(await knex('person_grants').where(where)).toHaveLength(1);
    await admin().put(`${list}/other-consumer`, {
      roles: ['devops', 'viewer'],
    });
    expect((await rolesOf())['other-consumer']).toBe('devops,viewer');
    expect((await admin().delete(`${list}/other-consumer`)).status).toBe(204);
    expect(await rolesOf()).not.toHaveProperty('other-consumer');
    expect(await knex('person_grants').where(where)).toEqual([]);
    expect((await admin().delete(`${list}/other-consumer`)).status).toBe(404);

    await eventually(async () => {
      const { body } = await admin().get(
        '/v1/tenants/acme-corp/audit?action=stoa.member.manage',
      );
      expect(body.items.map((e: any) => e.details.roles.join())).toEqual([
        '',
        'devops,viewer',
        'viewer',
      ]);
      // Never in clear: what is chained cannot be taken back.
      for (const { details } of body.items)
        expect(details.person).toMatch(/^[0-9a-f]{64}$/);
    });
  });

  it('are people whom the identity provider knows by all of their name', async () => {
    for (const who of [
      { subject: 'nobody' },
      { email: 'consumer@example' },
      { subject: '__proto__' },
    ]) {
      const { status, body } = await admin().post(list, {
        ...who,
        roles: ['viewer'],
      });
      expect([status, body.error.message]).toEqual([404, 'No such person.']);
    }
    for (const who of [{}, { subject: 'consumer', email: 'a@b.example' }]) {
      const { body } = await admin().post(list, { ...who, roles: ['viewer'] });
      expect(body.error.details[0].field).toBe('subject');
    }
    for (const roles of [[], ['cpi-admin'], ['viewer', 'viewer']]) {
      const { status } = await admin().put(`${list}/acme-viewer`, { roles });
      expect(status).toBe(400);
    }
    const odd = await admin().put(`${list}/${encodeURIComponent('../x')}`, {
      roles: ['viewer'],
    });
    expect(odd.status).toBe(404);
  });

  it('keep one administrator, whoever goes at the same time', async () => {
    for (const answer of [
      await admin().delete(`${list}/acme-admin`),
      await admin().put(`${list}/acme-admin`, { roles: ['viewer'] }),
    ])
      expect(answer.body.error.code).toBe('stoa.tenant.last_admin');
    const admins = ['acme-admin', 'acme-devops', 'acme-viewer', 'consumer'];
    for (const subject of admins)
      await admin().put(`${list}/${subject}`, { roles: ['tenant-admin'] });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        plane.as('platform-admin').delete(`${list}/${admins[n % 4]}`),
      ),
    );
    expect(answers.filter(a => a.status === 204)).toHaveLength(3);
    expect(
      answers.filter(a => a.body.error?.code === 'stoa.tenant.last_admin')
        .length,
    ).toBeGreaterThan(0);
    expect(Object.values(await rolesOf())).toEqual(['tenant-admin']);
  });
});

describe('members, where the identity provider takes no changes', () => {
  it('are those whom the platform has met', async () => {
    const plane = await startControlPlane({
      knex: await databases.init('SQLITE_3'),
      identityAdmin: { manages: false },
    });
    try {
      await plane.as('acme-viewer').get('/v1/me');
      const { body } = await plane
        .as('acme-admin')
        .get('/v1/tenants/acme-corp/members');
      expect(body.items.map((m: { subject: string }) => m.subject)).toEqual(
        expect.arrayContaining(['acme-admin', 'acme-viewer']),
      );
    } finally {
      await plane.stop();
    }
  });
});
