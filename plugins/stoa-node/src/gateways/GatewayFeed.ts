import { LoggerService } from '@backstage/backend-plugin-api';
import { ControlPlaneClient } from './ControlPlaneClient';
import { FeedClient, FeedItem, FeedKind } from './FeedClient';

/** What a gateway keeps in step with the control plane. */
export interface Followed {
  /** All that is known is void; items follow that are the whole state. */
  onReset(): void;
  onItem(item: FeedItem): void;
  /** The whole state was told. */
  onSynced(): void;
  /** Something may not have been heard: what was looked up before is doubtful. */
  onGap(): void;
}

/** Silence after which a revocation might have been missed; the heartbeat comes every 250 ms. */
const SILENT_MS = 1_000;
const WATCH_MS = 250;
/** Silence after which this process should not be sent traffic. */
const UNREADY_MS = 5_000;

/** Follows the feed, and notices when it falls silent. */
export class GatewayFeed {
  readonly #client: FeedClient;
  #followed: Followed | undefined;
  #complete = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: {
    controlPlane: ControlPlaneClient;
    kinds: readonly FeedKind[];
    logger: LoggerService;
  }) {
    const { controlPlane, kinds, logger } = options;
    this.#client = new FeedClient({
      url: () => controlPlane.feedUrl(),
      token: () => controlPlane.token(),
      kinds,
      logger,
      onReset: () => {
        this.#followed?.onReset();
        this.#followed?.onGap();
      },
      onItem: item => this.#followed?.onItem(item),
      onSynced: () => {
        this.#followed?.onSynced();
        this.#complete = true;
      },
    });
  }

  start(followed: Followed): void {
    this.#followed = followed;
    this.#client.start();
    // A gap is noticed even when no call comes while it lasts: what was known
    // before it is doubtful after it.
    this.#watch = setInterval(() => {
      if (!this.isLive()) followed.onGap();
    }, WATCH_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch);
    await this.#client.stop();
  }

  /** True once the whole state was told: what is unknown then does not exist. */
  get complete(): boolean {
    return this.#complete;
  }

  /** True while a revocation would be heard of within a second. */
  isLive(): boolean {
    return this.#complete && this.#client.lastSeenMs <= SILENT_MS;
  }

  /** Why calls cannot be served for certain, for readiness. */
  trouble(): string | undefined {
    if (!this.#complete) return 'the control plane was not heard yet';
    return this.#client.lastSeenMs > UNREADY_MS
      ? 'the control plane is silent'
      : undefined;
  }
}
