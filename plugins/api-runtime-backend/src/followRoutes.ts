import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  FeedItem,
  Followed,
  parseRoute,
  RouteTable,
} from '@stoa/plugin-stoa-node';
import { KeyCache } from './keys';

/** Keeps the routes, and what is known of keys, in step with the control plane. */
export function followRoutes(options: {
  routes: RouteTable;
  keys: KeyCache;
  logger: LoggerService;
}): Followed {
  const { routes, keys, logger } = options;
  return {
    onReset: () => routes.beginReset(),
    onItem(item) {
      if (item.kind === 'key') keys.forget(item.key);
      // Of the keys to its APIs nobody here has a list.
      else if (item.kind === 'tenant') keys.doubtAll();
      else applyRoute(item);
    },
    onSynced() {
      routes.endReset();
      logger.info(`Serving ${routes.size} routes`);
    },
    onGap: () => keys.doubtAll(),
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
