import { mockServices } from '@backstage/backend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { EntityProviderMutation } from '@backstage/plugin-catalog-node';
import { FeedItem } from '@stoa/plugin-stoa-node';
import { StoaEntityProvider } from './StoaEntityProvider';

let seq = 0;

function item(
  op: FeedItem['op'],
  key: string,
  value?: Record<string, unknown>,
): FeedItem {
  seq += 1;
  return { seq, kind: 'entity', op, key, value };
}

function put(name: string, change: Partial<Entity> = {}): FeedItem {
  const entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'API',
    metadata: { namespace: 'demo', name },
    spec: { definition: '$text: inert' },
    ...change,
  };
  return item('put', stringifyEntityRef(entity), entity);
}

/** A catalog that takes mutations when the test lets it. */
class FakeConnection {
  readonly mutations: string[] = [];
  failures = 0;
  attempts = 0;

  async applyMutation(mutation: EntityProviderMutation): Promise<void> {
    this.attempts += 1;
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the database is away');
    }
    const refs = (list: readonly { entity: Entity }[]) =>
      list.map(({ entity }) => entity.metadata.name);
    this.mutations.push(
      mutation.type === 'full'
        ? `full ${refs(mutation.entities)}`
        : `delta +${refs(mutation.added)} -${mutation.removed.map(
            r => 'entityRef' in r && r.entityRef,
          )}`,
    );
  }

  async refresh(): Promise<void> {}
}

describe('StoaEntityProvider', () => {
  const logger = mockServices.logger.mock();
  let connection: FakeConnection;
  let provider: StoaEntityProvider;

  beforeEach(() => {
    connection = new FakeConnection();
    provider = new StoaEntityProvider({ logger });
  });

  afterEach(() => provider.stop());

  async function until(condition: () => boolean): Promise<void> {
    const end = performance.now() + 4_000;
    while (!condition()) {
      if (performance.now() > end) throw new Error('condition never came true');
      await new Promise(done => {
        setTimeout(done, 5);
      });
    }
  }

  it('waits for the catalog and for the whole, then follows', async () => {
    provider.reset();
    provider.change(put('a'));
    provider.change(put('b'));
    provider.change(item('delete', 'api:demo/b'));
    provider.synced();
    await provider.connect(connection);
    await until(() => connection.mutations.length === 1);
    provider.change(put('c'));
    await until(() => connection.mutations.length === 2);
    provider.change(item('delete', 'API:demo/a'));
    await until(() => connection.mutations.length === 3);

    expect(connection.mutations).toEqual([
      'full a',
      'delta +c -',
      'delta + -api:demo/a',
    ]);
  });

  it('keeps the catalog as it is while a new snapshot is told', async () => {
    await provider.connect(connection);
    provider.reset();
    provider.change(put('half'));
    provider.reset();
    provider.change(put('a'));
    await new Promise(setImmediate);
    expect(connection.attempts).toBe(0);
    provider.synced();
    await until(() => connection.mutations.length === 1);
    expect(connection.mutations).toEqual(['full a']);
  });

  it('tries again what the catalog did not take, with what came since', async () => {
    await provider.connect(connection);
    connection.failures = 2;
    provider.reset();
    provider.change(put('a'));
    provider.change(put('b'));
    provider.synced();
    await until(() => connection.attempts === 1);
    provider.change(put('c'));
    provider.change(item('delete', 'api:demo/a'));
    await until(() => connection.mutations.length === 1);
    expect(connection.mutations).toEqual(['full b,c']);

    connection.failures = 1;
    provider.change(put('d'));
    await until(() => connection.attempts === 4);
    provider.change(item('delete', 'api:demo/d'));
    await until(() => connection.mutations.length === 2);
    expect(connection.mutations[1]).toBe('delta + -api:demo/d');
  });

  it('stops while the catalog is away', async () => {
    await provider.connect(connection);
    connection.failures = Infinity;
    provider.change(put('a'));
    await until(() => connection.attempts === 1);
    await provider.stop();
    expect(connection.attempts).toBe(1);
  });

  it.each<[string, FeedItem]>([
    ['kind Location', put('x', { kind: 'Location' })],
    ['kind Template', put('x', { kind: 'Template' })],
    ['kind api, in other letters', put('x', { kind: 'api' })],
    ['$text', put('x', { spec: { definition: { $text: 'file:///etc' } } })],
    ['$json in a list', put('x', { spec: { a: [{ b: { $json: './x' } }] } })],
    [
      '$yaml in metadata',
      put('x', {
        metadata: {
          namespace: 'demo',
          name: 'x',
          links: [{ $yaml: 'u' }],
        } as never,
      }),
    ],
    ['another key', { ...put('x'), key: 'api:acme-corp/x' }],
    ['no name', item('put', 'api:demo/x', { ...put('x').value, metadata: {} })],
    ['no value', item('put', 'api:demo/x')],
  ])('removes an entity that comes with %s', async (_what, refused) => {
    await provider.connect(connection);
    provider.change(refused);
    await until(() => connection.mutations.length === 1);
    expect(connection.mutations).toEqual([`delta + -${refused.key}`]);
  });

  it('writes where an entity comes from, and nothing that it says of itself', async () => {
    const seen: Entity[] = [];
    await provider.connect({
      ...connection,
      refresh: async () => {},
      applyMutation: async mutation => {
        if (mutation.type === 'delta') {
          seen.push(...mutation.added.map(a => a.entity));
        }
      },
    });
    const forged = put('x', {
      metadata: {
        namespace: 'demo',
        name: 'x',
        annotations: {
          'backstage.io/managed-by-location': 'url:https://127.0.0.1/x',
          kept: 'yes',
        },
      },
      relations: [{ type: 'memberOf', targetRef: 'group:acme-corp/viewer' }],
      'relations.memberof': 'group:acme-corp/viewer',
    } as Partial<Entity>);
    provider.change(forged);
    await until(() => seen.length === 1);
    expect(Object.keys(seen[0]).sort()).toEqual([
      'apiVersion',
      'kind',
      'metadata',
      'spec',
    ]);
    expect(seen[0].metadata.annotations).toEqual({
      'backstage.io/managed-by-location': 'stoa:control-plane',
      'backstage.io/managed-by-origin-location': 'stoa:control-plane',
      kept: 'yes',
    });
  });
});
