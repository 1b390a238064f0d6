import { rootHttpRouterServiceFactory } from '@backstage/backend-defaults/rootHttpRouter';
import {
  coreServices,
  createBackendFeatureLoader,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { configureServer } from './configureServer';
import { HotPathRegistry, hotPathServiceRef } from './HotPath';
import { ReadinessRegistry, readinessServiceRef } from './Readiness';

/**
 * Replaces the backend's root HTTP router by one that serves the hot path first,
 * answers `/health`, `/live` and `/ready`, gives every request an id, and writes an
 * access log without query strings. Everything else is Backstage's own.
 *
 * Add it with `backend.add(stoaRootHttpRouter)`. The registries are made here,
 * together with the server that reads them, because the options of Backstage's
 * factory are given before any service exists.
 */
export const stoaRootHttpRouter = createBackendFeatureLoader({
  deps: { lifecycle: coreServices.rootLifecycle },
  *loader({ lifecycle }) {
    const hotPath = new HotPathRegistry();
    const readiness = new ReadinessRegistry();
    yield createServiceFactory({
      service: hotPathServiceRef,
      deps: {},
      factory: () => hotPath,
    });
    yield createServiceFactory({
      service: readinessServiceRef,
      deps: {},
      factory: () => readiness,
    });
    yield rootHttpRouterServiceFactory({
      configure: context =>
        configureServer(context, { hotPath, readiness, lifecycle }),
    });
  },
});
