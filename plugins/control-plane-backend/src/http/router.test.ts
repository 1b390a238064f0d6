import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { InProcessEventBus, createDialler } from '@stoa/plugin-stoa-node';
import { ControlPlane, ControlPlaneOptions } from '../ControlPlane';
import { loadContract } from './contract';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

interface Layer {
  readonly name: string;
  readonly route?: {
    readonly path: string;
    readonly methods: Readonly<Record<string, boolean>>;
    readonly stack: readonly {
      readonly name: string;
      readonly method?: string;
    }[];
  };
}

/** Never asked: only what is mounted is looked at. */
const unused = {} as never;

it('mounts nothing but gated operations, and refusals of everything else', async () => {
  const knex = await databases.init('SQLITE_3');
  const dialler = createDialler({ allow: [] });
  const { router } = await ControlPlane.create({
    config: mockServices.rootConfig({
      data: { backend: { baseUrl: 'http://localhost:7007' } },
    }),
    database: mockServices.database({ knex }),
    logger: mockServices.logger.mock(),
    bus: new InProcessEventBus(),
    dialler: { forTenant: () => dialler },
    repository: unused,
    policy: unused,
    principals: unused,
    identityAdmin: unused,
    secrets: unused,
    signals: unused,
    notifications: unused,
    catalog: unused,
    auth: unused,
    requestsPerMinute: 1,
    executor: 'built-in',
    baseUrl: 'http://localhost:7007',
  } satisfies ControlPlaneOptions);

  const gated: string[] = [];
  const others: string[] = [];
  for (const layer of router.stack as unknown as Layer[]) {
    for (const { name, method } of layer.route?.stack ?? []) {
      const address = `${method ?? 'all'} ${layer.route!.path}`;
      if (name === 'gated') gated.push(address);
      else others.push(`${name} ${address}`);
    }
  }
  const { operations } = await loadContract();
  const toExpress = (path: string) => path.replace(/\{(\w+)\}/g, ':$1');
  expect(gated.sort()).toEqual(
    operations.map(o => `${o.method} ${toExpress(o.path)}`).sort(),
  );
  const paths = new Set(operations.map(o => toExpress(o.path)));
  expect(others.sort()).toEqual(
    [
      'document get /openapi.json',
      ...[...paths].map(p => `notAllowed all ${p}`),
    ].sort(),
  );
  const middleware = (router.stack as unknown as Layer[]).filter(l => !l.route);
  expect(middleware.map(l => l.name)).toEqual([
    'requestId',
    // Of the reference.
    'router',
    'nothingHere',
    'answerError',
  ]);
});
