import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { startControlPlane, TestControlPlane } from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

/** Published and public beside those of the seed. */
const APIS = [
  ['epices', 'Épices d’Été', 'Food', ['food', 'spice'], 'published'],
  ['spices', 'SPICES % all_of them', 'Food', ['food'], 'deprecated'],
  ['strasse', 'ÜBER Straße', 'Maps', ['maps', 'food-maps'], 'published'],
] as const;

describe.each(databases.eachSupportedId())('the portal, %s', id => {
  let knex: Knex;
  let plane: TestControlPlane;

  beforeAll(async () => {
    knex = await databases.init(id);
    plane = await startControlPlane({ knex });
    const admin = plane.as('demo-admin');
    for (const [api_id, display_name, category, tags, status] of APIS) {
      await admin.post('/v1/tenants/demo-tenant/apis', {
        api_id,
        display_name,
        version: '1.0.0',
        visibility: 'public',
        category,
        tags,
        environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7014' }],
        definition:
          'openapi: 3.0.3\ninfo: { title: T, version: 1.0.0 }\npaths: {}\n',
      });
      const item = `/v1/tenants/demo-tenant/apis/${api_id}`;
      await admin.post(`${item}/publish`);
      if (status === 'deprecated') await admin.post(`${item}/deprecate`, {});
    }
    await admin.post('/v1/tenants/demo-tenant/apis', {
      api_id: 'hidden',
      display_name: 'Hidden',
      version: '1.0.0',
      visibility: 'private',
      category: 'Secret',
      tags: ['secret'],
      environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7014' }],
      definition:
        'openapi: 3.0.3\ninfo: { title: T, version: 1.0.0 }\npaths: {}\n',
    });
    await admin.post('/v1/tenants/demo-tenant/apis/hidden/publish');
  });
  afterAll(() => plane.stop());

  async function found(query: string, who = 'consumer'): Promise<string[]> {
    const { body } = await plane
      .as(who)
      .get(`/v1/portal/apis?tenant_id=demo-tenant&${query}`);
    return body.items
      .map((api: { api_id: string }) => api.api_id)
      .filter((api: string) => api !== 'weather-api');
  }
  const facets = async (query = '', who = 'consumer') =>
    (await plane.as(who).get(`/v1/portal/facets?${query}`)).body;

  it.each([
    ['epices', 'epices'],
    ['ÉPICES', 'epices'],
    ['été épices', 'epices'],
    ['Épices', 'epices'],
    ['spice', 'epices spices'],
    ['strasse', 'strasse'],
    ['über', 'strasse'],
    ['UBER', 'strasse'],
    ['%', 'spices'],
    ['all_', 'spices'],
    ['alls', ''],
    ['epices maps', ''],
    ["'; drop table apis; --", ''],
    ['\\', ''],
    ['   ', 'epices spices strasse'],
  ])('finds %j, whatever its case and accents', async (words, expected) => {
    const all = await found(`q=${encodeURIComponent(words)}`);
    expect(all.sort().join(' ')).toBe(expected);
  });

  it('narrows by what an API has, all of it', async () => {
    expect((await found('tag=food')).sort()).toEqual(['epices', 'spices']);
    expect(await found('tags=food,spice')).toEqual(['epices']);
    expect(await found('tags=food,maps')).toEqual([]);
    expect(await found('tag=food&tags=spice')).toEqual(['epices']);
    expect(await found('category=Maps')).toEqual(['strasse']);
    expect(await found('status=deprecated')).toEqual(['spices']);
    expect(await found('status=published&category=Food')).toEqual(['epices']);
    for (const query of ['status=draft', 'tags=a,,b', 'tags=a"b', 'tag=']) {
      const { status } = await plane
        .as('consumer')
        .get(`/v1/portal/apis?${query}`);
      expect([query, status]).toEqual([query, 400]);
    }
  });

  it('counts what it can be narrowed by, among what the asker may see', async () => {
    const all = await facets('tenant_id=demo-tenant');
    expect(all.categories).toEqual([
      { name: 'Food', count: 2 },
      { name: 'Maps', count: 1 },
    ]);
    expect(all.tags).toEqual(
      expect.arrayContaining([
        { name: 'food', count: 2 },
        { name: 'food-maps', count: 1 },
      ]),
    );
    // As if no tenant were chosen.
    expect(all.tenants.length).toBeGreaterThan(1);
    expect(JSON.stringify(all)).not.toMatch(/secret/i);
    const own = await facets('tenant_id=demo-tenant', 'demo-admin');
    expect(own.categories).toContainEqual({ name: 'Secret', count: 1 });

    const chosen = await facets('q=spice&tag=spice&status=published');
    expect(chosen).toMatchObject({
      tenants: [{ id: 'demo-tenant', count: 1 }],
      categories: [{ name: 'Food', count: 1 }],
      statuses: [{ name: 'published', count: 1 }],
      tags: [
        { name: 'food', count: 1 },
        { name: 'spice', count: 1 },
      ],
    });
    expect((await facets('q=nothing-of-it')).tenants).toEqual([]);
  });
});
