import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  FeedItem,
  Followed,
  LookupCache,
  parseRoute,
  RouteTable,
} from '@stoa/plugin-stoa-node';
import { CallerFacts } from './callers';
import { KeyCache } from './keys';

/** Keeps the routes, and what is known of keys and callers, in step with the control plane. */
export function followRoutes(options: {
  routes: RouteTable;
  keys: KeyCache;
  callers: LookupCache<CallerFacts>;
  logger: LoggerService;
}): Followed {
  const { routes, keys, callers, logger } = options;
  const doubtAll = () => {
    keys.doubtAll();
    callers.doubtAll();
  };
  return {
    onReset: () => routes.beginReset(),
    onItem(item) {
      if (item.kind === 'key') keys.forget(item.key);
      else if (item.kind === 'subscription') callers.forget(item.key);
      // Of the keys and subscriptions to its APIs nobody here has a list.
      else if (item.kind === 'tenant') doubtAll();
      else applyRoute(item);
    },
    onSynced() {
      routes.endReset();
      logger.info(`Serving ${routes.size} routes`);
    },
    onGap: doubtAll,
  };

  function applyRoute({ op, key, value }: FeedItem): void {
    if (op === 'delete' || !value) {
      routes.delete(key);
      return;
    }
    try {
      routes.put(key, parseRoute(key, value));
    } catch (error) {
      // Not served rather than served as it was: the control plane has moved on.
      routes.delete(key);
      logger.error(
        `The route ${key} cannot be served: ${stringifyError(error)}`,
      );
    }
  }
}
