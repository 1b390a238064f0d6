import { LoggerService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import {
  DeferredEntity,
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import { FeedItem } from '@stoa/plugin-stoa-node';
import { setTimeout as delay } from 'node:timers/promises';
import { readEntity } from './readEntity';

const LOCATION_KEY = 'stoa-control-plane';
const RETRY_MIN_MS = 200;
const RETRY_MAX_MS = 30_000;

/** By entity ref; `undefined` removes. */
type Changes = Map<string, Entity | undefined>;

/**
 * Brings the control plane's entities into the catalog: the whole of them when
 * the feed has told them all, then changes in batches as they come. What the
 * database refuses is tried again, merged with what came since; a snapshot that
 * was cut off is never applied.
 */
export class StoaEntityProvider implements EntityProvider {
  readonly #logger: LoggerService;
  readonly #stopped = new AbortController();
  #connection: EntityProviderConnection | undefined;
  /** The snapshot being told, between `reset` and `synced`. */
  #snapshot: Changes | undefined;
  /** Not yet applied. `full`: these are all entities there are. */
  #pending: { full: boolean; changes: Changes } = nothing();
  #busy = false;
  #applying: Promise<void> | undefined;

  constructor(options: { readonly logger: LoggerService }) {
    this.#logger = options.logger;
  }

  getProviderName(): string {
    return 'stoa';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
    this.#apply();
  }

  reset(): void {
    this.#snapshot = new Map();
  }

  change(item: FeedItem): void {
    if (item.kind !== 'entity') return;
    (this.#snapshot ?? this.#pending.changes).set(
      item.key.toLocaleLowerCase('en-US'),
      item.op === 'put' ? this.#read(item) : undefined,
    );
    if (!this.#snapshot) this.#apply();
  }

  synced(): void {
    if (!this.#snapshot) return;
    this.#pending = { full: true, changes: this.#snapshot };
    this.#snapshot = undefined;
    this.#apply();
  }

  /** Waits for the mutation under way and begins no other. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#applying;
  }

  /** An entity that may not enter also leaves: what it was before may no longer be true. */
  #read(item: FeedItem): Entity | undefined {
    try {
      return readEntity(item);
    } catch (error) {
      this.#logger.warn(`Dropping ${item.key}: ${stringifyError(error)}`);
      return undefined;
    }
  }

  #apply(): void {
    if (!this.#busy) this.#applying = this.#applyAll();
  }

  async #applyAll(): Promise<void> {
    this.#busy = true;
    try {
      let wait = RETRY_MIN_MS;
      while (this.#connection && this.#hasPending()) {
        if (this.#stopped.signal.aborted) return;
        const taken = await this.#applyOnce(this.#connection);
        if (taken) {
          wait = RETRY_MIN_MS;
        } else {
          await this.#pause(wait);
          wait = Math.min(wait * 2, RETRY_MAX_MS);
        }
      }
    } finally {
      // In the same tick as the last look at what is pending: a change that
      // comes later finds nobody busy.
      this.#busy = false;
    }
  }

  async #applyOnce(connection: EntityProviderConnection): Promise<boolean> {
    const batch = this.#pending;
    this.#pending = nothing();
    try {
      await connection.applyMutation(toMutation(batch));
      return true;
    } catch (error) {
      this.#logger.warn(
        `The catalog did not take ${
          batch.changes.size
        } entities, trying again: ${stringifyError(error)}`,
      );
      this.#pending = merge(batch, this.#pending);
      return false;
    }
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopped;
    await delay(ms, undefined, { signal }).catch(() => {});
  }

  #hasPending(): boolean {
    return this.#pending.full || this.#pending.changes.size > 0;
  }
}

function nothing(): { full: boolean; changes: Changes } {
  return { full: false, changes: new Map() };
}

function merge(
  older: { full: boolean; changes: Changes },
  newer: { full: boolean; changes: Changes },
) {
  if (newer.full) return newer;
  return {
    full: older.full,
    changes: new Map([...older.changes, ...newer.changes]),
  };
}

function toMutation({ full, changes }: { full: boolean; changes: Changes }) {
  const entities: DeferredEntity[] = [];
  const removed: { entityRef: string; locationKey: string }[] = [];
  for (const [entityRef, entity] of changes) {
    if (entity) entities.push({ entity, locationKey: LOCATION_KEY });
    else removed.push({ entityRef, locationKey: LOCATION_KEY });
  }
  return full
    ? ({ type: 'full', entities } as const)
    : ({ type: 'delta', added: entities, removed } as const);
}
