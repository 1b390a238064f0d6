import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { Counters, memoryCounters, redisCounters } from './counters';

/** Where the gateways of this process count: in `stoa.limits.redis.url`, else by themselves. */
export const limitCountersServiceRef = createServiceRef<Counters>({
  id: 'stoa.limit-counters',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        config: coreServices.rootConfig,
        lifecycle: coreServices.rootLifecycle,
        logger: coreServices.rootLogger,
      },
      factory({ config, lifecycle, logger }) {
        const url = config.getOptionalString('stoa.limits.redis.url');
        if (!url) return memoryCounters();
        const counters = redisCounters({ url, logger });
        lifecycle.addShutdownHook(() => counters.close());
        return counters;
      },
    }),
});
