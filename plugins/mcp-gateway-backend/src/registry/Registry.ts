import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { ServerItem } from '@stoa/plugin-stoa-common';
import {
  compileJudges,
  FeedItem,
  parseRoute,
  RouteTable,
} from '@stoa/plugin-stoa-node';
import { parseServer, parseTool } from './items';
import { PreparedTool, prepareTool } from './ServedTool';
import { buildSnapshot, EMPTY, Snapshot } from './Snapshot';

interface Items {
  readonly servers: Map<string, ServerItem>;
  /** By server, then by name. */
  readonly tools: Map<string, Map<string, PreparedTool>>;
}

const noItems = (): Items => ({ servers: new Map(), tools: new Map() });

/** Tools compiled before others get their turn. */
const WARM_AT_ONCE = 5;

/**
 * What is served, as the feed tells it: changes are gathered, and a new snapshot
 * takes the old one's place. A tool or server that cannot be served is set aside
 * alone, and said in the log.
 */
export class Registry {
  readonly #logger: LoggerService;
  readonly #routes = new RouteTable();
  #items = noItems();
  #incoming: Items | undefined;
  #snapshot = EMPTY;
  #scheduled = false;
  #cold = new Map<PreparedTool, string>();

  constructor(options: { logger: LoggerService }) {
    this.#logger = options.logger;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** All that was known is void; it is served until the new state is complete. */
  beginReset(): void {
    this.#incoming = noItems();
    this.#routes.beginReset();
  }

  endReset(): void {
    this.#routes.endReset();
    this.#items = this.#incoming ?? noItems();
    this.#incoming = undefined;
    this.#rebuild();
  }

  apply(item: FeedItem): void {
    try {
      if (item.kind === 'route') this.#applyRoute(item);
      else if (item.kind === 'server') this.#applyServer(item);
      else if (item.kind === 'tool') this.#applyTool(item);
      else return;
    } catch (error) {
      this.#logger.error(
        `The ${item.kind} ${item.key} cannot be served: ${stringifyError(
          error,
        )}`,
      );
    }
    if (!this.#incoming) this.#schedule();
  }

  #applyRoute({ op, key, value }: FeedItem): void {
    this.#routes.delete(key);
    if (op === 'put' && value) this.#routes.put(key, parseRoute(key, value));
  }

  #applyServer({ op, key, value }: FeedItem): void {
    const { servers } = this.#incoming ?? this.#items;
    servers.delete(key);
    if (op === 'put' && value) servers.set(key, parseServer(key, value));
  }

  #applyTool({ op, key, value }: FeedItem): void {
    const { tools } = this.#incoming ?? this.#items;
    const slash = key.indexOf('/');
    const [server, name] = [key.slice(0, slash), key.slice(slash + 1)];
    tools.get(server)?.delete(name);
    if (op === 'delete' || !value) return;
    const prepared = prepareTool(parseTool(key, value).tool);
    const ofServer = tools.get(server) ?? new Map<string, PreparedTool>();
    ofServer.set(name, prepared);
    tools.set(server, ofServer);
    this.#cold.set(prepared, key);
  }

  /** What comes in one go becomes one snapshot. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#incoming) this.#rebuild();
    });
  }

  #rebuild(): void {
    this.#snapshot = buildSnapshot({
      version: this.#snapshot.version + 1,
      servers: this.#items.servers.values(),
      toolsOf: id => this.#items.tools.get(id)?.values() ?? [],
      routes: this.#routes,
    });
    this.#warm();
  }

  /** Compiles schemas a few at a time, so that first calls are quick and nobody waits. */
  #warm(): void {
    const batch = [...this.#cold].slice(0, WARM_AT_ONCE);
    if (batch.length === 0) return;
    for (const [prepared, key] of batch) {
      this.#cold.delete(prepared);
      try {
        compileJudges(prepared.tool);
      } catch (error) {
        this.#logger.error(
          `The tool ${key} cannot be served: ${stringifyError(error)}`,
        );
        this.#setAside(prepared, key);
      }
    }
    setImmediate(() => this.#warm());
  }

  #setAside(prepared: PreparedTool, key: string): void {
    const slash = key.indexOf('/');
    const ofServer = this.#items.tools.get(key.slice(0, slash));
    const name = key.slice(slash + 1);
    if (ofServer?.get(name) !== prepared) return;
    ofServer.delete(name);
    this.#schedule();
  }
}
