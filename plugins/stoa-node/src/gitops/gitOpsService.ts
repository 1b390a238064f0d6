import { join } from 'node:path';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { repositoryRoot } from '../identity/dataDir';
import { ensureDataDir } from '../secrets/dataDir';
import { EmbeddedGitRepository } from './EmbeddedGitRepository';
import { GitOpsRepository } from './GitOpsRepository';

/** Ports that the demo's files name; `stoa.demo.backends` may move them. */
const DEMO_PORTS: Readonly<Record<string, number>> = {
  crm: 7011,
  inventory: 7012,
  billing: 7013,
  weather: 7014,
};

/**
 * Opens `<stoa.dataDir>/stoa-gitops.git` on the branch
 * `stoa.gitops.embedded.branch` (`main`). With `stoa.demo.enabled` an empty
 * repository is filled with the demo's tenants and APIs.
 */
export async function openEmbeddedRepository(
  config: Config,
): Promise<EmbeddedGitRepository> {
  const dataDir = await ensureDataDir(config);
  const repository = await EmbeddedGitRepository.open({
    gitDir: join(dataDir, 'stoa-gitops.git'),
    branch: config.getOptionalString('stoa.gitops.embedded.branch'),
  });
  if (config.getOptionalBoolean('stoa.demo.enabled')) {
    const demo = join(repositoryRoot(), 'catalog-info', 'demo');
    await repository.seed(demo, demoReplacements(config));
  }
  return repository;
}

function demoReplacements(config: Config): Record<string, string> {
  return Object.fromEntries(
    Object.entries(DEMO_PORTS).map(([name, port]) => {
      const actual =
        config.getOptionalNumber(`stoa.demo.backends.${name}`) ?? port;
      return [`127.0.0.1:${port}`, `127.0.0.1:${actual}`];
    }),
  );
}

export const gitOpsServiceRef = createServiceRef<GitOpsRepository>({
  id: 'stoa.gitops',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        config: coreServices.rootConfig,
        lifecycle: coreServices.rootLifecycle,
      },
      async factory({ config, lifecycle }) {
        const repository = await openEmbeddedRepository(config);
        lifecycle.addShutdownHook(() => repository.close());
        return repository;
      },
    }),
});
