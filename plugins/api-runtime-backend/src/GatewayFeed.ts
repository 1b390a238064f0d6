import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { FeedClient, FeedItem } from '@stoa/plugin-stoa-node';
import { KeyCache } from './KeyCache';
import { parseRoute, RouteTable } from './routes';

export interface GatewayFeedOptions {
  readonly url: () => Promise<string>;
  readonly token: () => Promise<string>;
  readonly routes: RouteTable;
  readonly logger: LoggerService;
}

/** Silence after which a revocation might have been missed; the heartbeat comes every 250 ms. */
const SILENT_MS = 1_000;
const WATCH_MS = 250;
/** Silence after which this process should not be sent traffic. */
const UNREADY_MS = 5_000;

/** Keeps the routes, and what is known of keys, in step with the control plane. */
export class GatewayFeed {
  readonly #routes: RouteTable;
  readonly #logger: LoggerService;
  readonly #client: FeedClient;
  #keys: KeyCache | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: GatewayFeedOptions) {
    this.#routes = options.routes;
    this.#logger = options.logger;
    this.#client = new FeedClient({
      url: options.url,
      token: options.token,
      kinds: ['route', 'key'],
      logger: options.logger,
      onReset: () => {
        this.#routes.beginReset();
        this.#keys?.doubtAll();
      },
      onItem: item => this.#apply(item),
      onSynced: () => {
        this.#routes.endReset();
        this.#logger.info(`Serving ${this.#routes.size} routes`);
      },
    });
  }

  start(keys: KeyCache): void {
    this.#keys = keys;
    this.#client.start();
    // A gap is noticed even when no call comes while it lasts: what was known
    // before it is doubtful after it.
    this.#watch = setInterval(() => {
      if (!this.isLive()) keys.doubtAll();
    }, WATCH_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch);
    await this.#client.stop();
  }

  /** True while a revocation would be heard of within a second. */
  isLive(): boolean {
    return this.#routes.complete && this.#client.lastSeenMs <= SILENT_MS;
  }

  /** Why calls cannot be served for certain, for readiness. */
  trouble(): string | undefined {
    if (!this.#routes.complete) return 'routes are not known yet';
    return this.#client.lastSeenMs > UNREADY_MS
      ? 'the control plane is silent'
      : undefined;
  }

  #apply({ kind, op, key, value }: FeedItem): void {
    if (kind === 'key') {
      this.#keys?.forget(key);
    } else if (kind === 'route') {
      if (op === 'delete' || !value) {
        this.#routes.delete(key);
        return;
      }
      try {
        this.#routes.put(key, parseRoute(key, value));
      } catch (error) {
        // Not served rather than served as it was: the control plane has moved on.
        this.#routes.delete(key);
        this.#logger.error(
          `The route ${key} cannot be served: ${stringifyError(error)}`,
        );
      }
    }
  }
}
