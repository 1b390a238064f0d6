import {
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { StoaError } from '@stoa/plugin-stoa-common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Call } from './call';
import { sendError } from './sendError';

/** A connection that a request would use for another protocol. */
export interface Upgrade {
  readonly socket: Socket;
  /** What came behind the request already. */
  readonly head: Buffer;
}

/**
 * Answers every request below its prefix. Gets plain Node objects: no Express, nothing
 * parsed. With an `upgrade`, an answer of 101 leaves the connection to the handler, and
 * any other ends it.
 */
export type HotPathHandler = (
  req: IncomingMessage,
  res: ServerResponse,
  call: Call,
  upgrade?: Upgrade,
) => void | Promise<void>;

export interface MountOptions {
  /**
   * The handler itself answers `Expect: 100-continue` (with `res.writeContinue()`),
   * so that it can refuse before a body is sent (RFC 9110 §10.1.1).
   */
  readonly ownContinue?: boolean;
  /** Whether the handler would make a WebSocket of a request; without it none is made. */
  readonly upgrades?: (req: IncomingMessage, call: Call) => boolean;
}

/**
 * Addresses that are served before the middleware common to all others:
 * compression would hold streams back, request logging would print URLs, and
 * parsing costs time. Under a prefix that is ours, an address that nobody serves
 * answers a JSON 404, never the web interface.
 */
export interface HotPathService {
  /** Serves `prefix` and all below it; the longest prefix wins. Throws when it is taken. */
  mount(prefix: string, handler: HotPathHandler, options?: MountOptions): void;
  /** Serves `/.well-known/<name>` and all below it, for instance `openid-configuration/api/dev-identity`. */
  wellKnown(name: string, handler: HotPathHandler): void;
}

/** Prefixes that never reach the web interface, served or not. */
export const RESERVED_PREFIXES = [
  '/gateway',
  '/mcp',
  '/oauth',
  '/verify',
  '/.well-known',
] as const;

interface Mount extends MountOptions {
  readonly handler: HotPathHandler;
}

/** The registry behind {@link HotPathService}, as the server sees it. */
export class HotPathRegistry implements HotPathService {
  readonly #mounts = new Map<string, Mount>();
  readonly #taken = new Set<string>();
  #depth = 1;

  constructor() {
    for (const prefix of RESERVED_PREFIXES) {
      this.#set(prefix, { handler: nothingHere });
    }
  }

  mount(
    prefix: string,
    handler: HotPathHandler,
    options: MountOptions = {},
  ): void {
    if (!/^(\/[A-Za-z0-9._-]+)+$/.test(prefix)) {
      throw new Error(`'${prefix}' is no prefix to mount on`);
    }
    if (this.#taken.has(prefix)) {
      throw new Error(`'${prefix}' is served already`);
    }
    this.#taken.add(prefix);
    this.#set(prefix, { ...options, handler });
  }

  wellKnown(name: string, handler: HotPathHandler): void {
    this.mount(`/.well-known/${name}`, handler);
  }

  /** The mount with the longest prefix of the path, by whole segments. */
  match(path: string): Mount | undefined {
    let found: Mount | undefined;
    let end = 0;
    for (let depth = 0; depth < this.#depth && end >= 0; depth++) {
      end = path.indexOf('/', end + 1);
      found = this.#mounts.get(end < 0 ? path : path.slice(0, end)) ?? found;
    }
    return found;
  }

  #set(prefix: string, mount: Mount): void {
    this.#mounts.set(prefix, mount);
    this.#depth = Math.max(this.#depth, prefix.split('/').length - 1);
  }
}

function nothingHere(
  _req: IncomingMessage,
  res: ServerResponse,
  { requestId }: Call,
): void {
  sendError(res, new StoaError('stoa.not_found', 'Nothing is served here.'), {
    correlationId: requestId,
  });
}

/** See {@link HotPathService}. Served only where `stoaRootHttpRouter` is added to the backend. */
export const hotPathServiceRef = createServiceRef<HotPathService>({
  id: 'stoa.hot-path',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {},
      factory: () => new HotPathRegistry(),
    }),
});
