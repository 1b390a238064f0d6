import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  EntityPolicies,
  FieldFormatEntityPolicy,
  NoForeignRootFieldsEntityPolicy,
  SchemaValidEntityPolicy,
} from '@backstage/catalog-model';
import { FeedClient, FeedItem } from '@stoa/plugin-stoa-node';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('the feed, %s', databaseId => {
  let plane: TestControlPlane;
  const clients: FeedClient[] = [];

  beforeAll(async () => {
    plane = await startControlPlane({ knex: await databases.init(databaseId) });
  });
  afterEach(() => Promise.all(clients.splice(0).map(c => c.stop())));
  afterAll(() => plane.stop());

  function follow(kinds: readonly FeedItem['kind'][]) {
    const seen = { items: [] as FeedItem[], synced: [] as number[], resets: 0 };
    const client = new FeedClient({
      url: async () => `${plane.url}/v1/feed`,
      token: async () => 'plugin:api-runtime',
      kinds,
      logger: mockServices.logger.mock(),
      onReset: () => {
        seen.resets += 1;
        seen.items = [];
      },
      onItem: item => void seen.items.push(item),
      onSynced: seq => void seen.synced.push(seq),
    });
    client.start();
    clients.push(client);
    return seen;
  }

  it('begins with everything, then tells of changes as they come', async () => {
    const seen = follow(['route', 'entity', 'key']);
    await eventually(async () => {
      expect(seen.synced).toHaveLength(1);
      // An item may come twice: in the snapshot, and as what happened meanwhile.
      const routes = seen.items.filter(i => i.kind === 'route').map(i => i.key);
      expect([...new Set(routes)].sort()).toEqual([
        'dev/acme-corp/billing-api/1.0.0',
        'dev/acme-corp/crm-api/1.0.0',
        'dev/demo-tenant/weather-api/1.0.0',
      ]);
    });
    const entities = new Map(
      seen.items
        .filter(i => i.kind === 'entity')
        .map(i => [i.key, i.value as any]),
    );
    expect([...entities.keys()]).toEqual(
      expect.arrayContaining([
        'api:acme-corp/crm-api',
        'system:acme-corp/acme-corp',
        'group:acme-corp/devops',
        'group:default/cpi-admin',
        'user:default/acme-admin',
      ]),
    );
    const policy = EntityPolicies.allOf([
      new SchemaValidEntityPolicy(),
      new NoForeignRootFieldsEntityPolicy(),
      new FieldFormatEntityPolicy(),
    ]);
    for (const entity of entities.values()) await policy.enforce(entity);
    const visibility = (key: string) =>
      entities.get(key).metadata.labels['stoa.cab-i.com/visibility'];
    expect([
      visibility('api:acme-corp/crm-api'),
      visibility('api:acme-corp/billing-api'),
    ]).toEqual(['public', 'private']);
    expect(entities.get('user:default/acme-admin').spec.memberOf).toEqual([
      'group:acme-corp/tenant-admin',
    ]);

    const item = '/v1/tenants/acme-corp/apis/crm-api';
    const { headers } = await plane.as('acme-admin').get(item);
    await plane
      .as('acme-admin')
      .put(item, { visibility: 'private' })
      .set('If-Match', headers.etag);
    await eventually(async () => {
      const last = seen.items
        .filter(i => i.key === 'api:acme-corp/crm-api')
        .at(-1)!.value as any;
      expect(last.metadata.labels['stoa.cab-i.com/visibility']).toBe('private');
    });
    expect(seen.resets).toBe(1);
  });

  it('gives only what was asked for, and goes on from where a gateway was', async () => {
    const ask = async (query: string, until: RegExp) => {
      const abort = new AbortController();
      const response = await fetch(`${plane.url}/v1/feed?${query}`, {
        headers: { Authorization: 'Bearer plugin:api-runtime' },
        signal: abort.signal,
      });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      let text = '';
      for await (const chunk of response.body!) {
        text += Buffer.from(chunk).toString('utf8');
        if (until.test(text)) break;
      }
      abort.abort();
      return text;
    };
    const whole = await ask('kinds=route', /event: synced\n.*\n.*\n\n/);
    expect(whole).toMatch(/^event: reset/);
    expect(whole).not.toContain('"kind":"entity"');
    const seq = Number(
      /"seq":(\d+)\}\n\n$/.exec(whole.replace(/:\n\n$/, ''))![1],
    );
    const tail = await ask(`after=${seq - 1}`, /event: item/);
    expect(tail).not.toContain('event: reset');
    expect(tail).toContain(`id: ${seq}\n`);
    expect(await ask(`after=${seq + 1000}`, /event: reset/)).toContain(
      'event: reset',
    );
  });
});
