import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ConnectionOptions } from 'node:tls';
import { LoggerService } from '@backstage/backend-plugin-api';
import {
  Agent,
  buildConnector,
  fetch as undiciFetch,
  RequestInit,
  Response,
} from 'undici';
import { normalizeHost, refusalOf } from './addresses';
import { Allowances } from './allowances';
import { toBackendError, unreachable } from './unreachable';

/** All addresses of a host name; rejects with a `code` such as `ENOTFOUND`. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export interface DiallerOptions {
  /** Internal endpoints that may be called all the same, as `host:port`. */
  readonly allow: readonly string[];
  /**
   * The platform's own endpoints: never dialled, whatever is allowed. `ports`
   * count on every address of this machine, `hosts` are names it is known by.
   */
  readonly own?: {
    readonly ports: readonly number[];
    readonly hosts: readonly string[];
  };
  /** Milliseconds for resolving and connecting together; 10 s by default. */
  readonly connectTimeout?: number;
  /** Replaces the resolver of the operating system. */
  readonly resolve?: Resolve;
  readonly logger?: LoggerService;
}

/** Options of an undici Agent; `connect` may carry TLS settings, never its own way of connecting. */
export type DispatcherOptions = Omit<Agent.Options, 'connect' | 'factory'> & {
  readonly connect?: Pick<
    ConnectionOptions,
    'ca' | 'cert' | 'key' | 'minVersion'
  >;
  /** Milliseconds, in place of the dialler's own. */
  readonly connectTimeout?: number;
};

/** `undici`'s init without the choices that belong to the dialler. */
export type DiallerRequestInit = Omit<RequestInit, 'redirect' | 'dispatcher'>;

/** The only way out of the platform for an address that somebody else chose. */
export interface Dialler {
  /**
   * A dispatcher for `undici.request` and friends; the caller closes it. Its
   * errors go through `toBackendError`.
   */
  dispatcher(options?: DispatcherOptions): Agent;
  /**
   * `fetch` that answers redirects instead of following them (a 3xx is the
   * response). Throws `stoa.backend.unreachable` or `stoa.backend.timeout`.
   */
  fetch(url: string | URL, init?: DiallerRequestInit): Promise<Response>;
  /** Resolves the URL and judges its addresses without connecting. Throws `stoa.backend.unreachable`. */
  checkUrl(url: string | URL): Promise<URL>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT = 10_000;
/** A name with many dead addresses must not hold a caller for ever. */
const MAX_ATTEMPTS = 4;

/**
 * Makes a dialler that refuses internal addresses.
 *
 * The address is judged where the socket is opened, and the socket goes to that
 * very address: a name that changes its mind between check and connection
 * (DNS rebinding) gains nothing. A name with a single refused address is refused
 * whole, so that the answer does not depend on the order of records.
 */
export function createDialler(options: DiallerOptions): Dialler {
  const allowances = new Allowances(options.allow);
  const resolve = options.resolve ?? systemResolve;
  const timeout = options.connectTimeout ?? CONNECT_TIMEOUT;

  async function addressesOf(
    hostname: string,
    port: number,
  ): Promise<readonly string[]> {
    const host = normalizeHost(hostname);
    const addresses = isIP(host) ? [host] : await resolve(host);
    if (addresses.length === 0) throw unreachable('dns');
    for (const address of addresses) {
      const reason =
        ownEndpoint(options.own, host, address, port) ??
        (allowances.covers(host, address, port)
          ? undefined
          : refusalOf(address));
      if (reason) {
        options.logger?.info('Refused to dial an address', {
          host,
          port,
          reason,
        });
        throw unreachable('refused_address');
      }
    }
    return addresses;
  }

  function connector(
    tls: DispatcherOptions['connect'],
    limit: number,
  ): buildConnector.connector {
    const connect = buildConnector({ ...tls, timeout: limit });
    return (target, callback) => {
      const port =
        Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
      const deadline = Date.now() + limit;
      const open = async () => {
        const addresses = await within(
          limit,
          addressesOf(target.hostname, port),
        );
        let failure: unknown;
        for (const address of addresses.slice(0, MAX_ATTEMPTS)) {
          if (Date.now() >= deadline) throw unreachable('timeout', failure);
          try {
            return await openSocket(connect, target, address);
          } catch (error) {
            failure = error;
          }
        }
        throw failure;
      };
      open().then(
        socket => callback(null, socket),
        error => callback(error, null),
      );
    };
  }

  const dispatcher: Dialler['dispatcher'] = ({
    connect,
    connectTimeout = timeout,
    ...rest
  } = {}) =>
    new Agent({ ...rest, connect: connector(connect, connectTimeout) });

  let shared: Agent | undefined;

  return {
    dispatcher,
    async fetch(url, init) {
      const target = parseUrl(url);
      shared ??= dispatcher();
      try {
        return await undiciFetch(target, {
          ...init,
          redirect: 'manual',
          dispatcher: shared,
        });
      } catch (error) {
        throw toBackendError(error);
      }
    },
    async checkUrl(url) {
      const target = parseUrl(url);
      try {
        await within(timeout, addressesOf(target.hostname, portOf(target)));
      } catch (error) {
        throw toBackendError(error);
      }
      return target;
    },
    async close() {
      await shared?.close();
      shared = undefined;
    },
  };
}

/** Throws `stoa.backend.unreachable` unless the URL is absolute http(s) without credentials. */
export function parseUrl(url: string | URL): URL {
  const parsed = URL.parse(String(url));
  if (
    !parsed ||
    !/^https?:$/.test(parsed.protocol) ||
    parsed.username ||
    parsed.password
  ) {
    throw unreachable('refused_url');
  }
  return parsed;
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}

function ownEndpoint(
  own: DiallerOptions['own'],
  host: string,
  address: string,
  port: number,
): string | undefined {
  if (!own?.ports.includes(port)) return undefined;
  const mine =
    own.hosts.some(name => normalizeHost(name) === host) ||
    ['loopback', 'unspecified', 'ipv4Mapped'].includes(
      refusalOf(address) ?? '',
    ) ||
    // Read each time: interfaces come and go.
    Object.values(networkInterfaces()).some(list =>
      list?.some(entry => entry.address === address),
    );
  return mine ? 'own-port' : undefined;
}

function openSocket(
  connect: buildConnector.connector,
  target: buildConnector.Options,
  address: string,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // `host` keeps the name: TLS verifies the certificate against it, while the socket goes to the address.
    connect({ ...target, hostname: address }, (...result) =>
      result[0] ? reject(result[0]) : resolve(result[1]),
    );
  });
}

/** Rejects with the class `timeout` when the work takes longer; the system's resolver cannot be cancelled. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unreachable('timeout')), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function systemResolve(hostname: string): Promise<string[]> {
  const records = await dnsLookup(hostname, { all: true, verbatim: true });
  return records.map(record => record.address);
}
