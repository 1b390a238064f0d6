import { Route, StepConfig } from '@stoa/plugin-stoa-node';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../admission';
import { Directives, readDirectives } from './cacheControl';
import { Freshness, freshnessOf, satisfies } from './freshness';
import { Recording } from './Recording';
import { isCacheable, isKeyed, requestKey, variesWithin } from './requestKey';
import { Place, Receipt, ResponseCache, StoredAnswer } from './ResponseCache';
import {
  Answer,
  hasAnEnd,
  keptFields,
  updatedFields,
  valuesOf,
} from './storedFields';

export interface VisitOptions {
  readonly cache: ResponseCache;
  readonly settings: StepConfig<'response-cache'>;
  readonly route: Route;
  readonly caller: Caller;
  readonly req: IncomingMessage;
  /** At the backend, with the query. */
  readonly path: string;
  /** The caller's fields that would reach the backend, as name and value in turn. */
  readonly fields: readonly string[];
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const NOTHING: Directives = new Map();

/** What the cache does for one call to a route that has one. */
export class CacheVisit {
  readonly #options: VisitOptions;
  readonly #asked: Directives;
  readonly #place: Place;
  readonly #stored: StoredAnswer | undefined;
  readonly #askedAt = Date.now();
  /** While the backend is asked. */
  #receipt: Receipt | undefined;
  #recording: Recording | undefined;
  /** Whether the answer may come from the cache, or go there. */
  readonly #cacheable: boolean;
  /** Kept, and good as it is. */
  readonly hit: StoredAnswer | undefined;

  constructor(options: VisitOptions) {
    this.#options = options;
    const { req, cache } = options;
    this.#asked = directivesOf(req);
    this.#place = placeOf(options);
    this.#cacheable = isCacheable(req) && !this.#asked.has('no-store');
    this.#stored = this.#cacheable ? cache.get(this.#place) : undefined;
    if (this.#stored && satisfies(this.#stored, this.#asked, this.#askedAt))
      this.hit = this.#stored;
  }

  /** The caller takes what is kept or nothing (RFC 9111 §5.2.1.7). */
  get onlyIfCached(): boolean {
    return this.#cacheable && this.#asked.has('only-if-cached');
  }

  /** `hit`, or why the backend is asked, in the words of RFC 9211 §2.2. */
  get result(): string {
    const stored = this.#stored;
    if (this.hit) return 'hit';
    if (!SAFE.has(this.#options.req.method!)) return 'method';
    if (!this.#cacheable) return 'bypass';
    if (!stored) return 'miss';
    return satisfies(stored, NOTHING, this.#askedAt) ? 'request' : 'stale';
  }

  /** The value of `Cache-Status` (RFC 9211). */
  get status(): string {
    if (!this.hit) return `stoa; fwd=${this.result}`;
    const { bornAt, freshForMs } = this.hit;
    const left = bornAt + freshForMs - this.#askedAt;
    return `stoa; hit; ttl=${Math.floor(left / 1_000)}`;
  }

  /** Whether the answer may be kept for all callers: then it is asked for with nothing of one caller's that it is not kept under. */
  get isForAll(): boolean {
    return this.#cacheable && this.#options.settings.scope === 'all';
  }

  /** Whether the backend may see a field of the caller's. */
  passes(name: string): boolean {
    return !this.isForAll || isKeyed(name);
  }

  /** Fields that ask the backend whether what is kept still holds (RFC 9111 §4.3.1), as name and value in turn. */
  conditions(): string[] {
    const { headers } = this.#options.req;
    const own =
      headers['if-none-match'] !== undefined ||
      headers['if-modified-since'] !== undefined;
    if (!this.#stored || own) return [];
    const [etag] = valuesOf(this.#stored.fields, 'etag');
    const [modified] = valuesOf(this.#stored.fields, 'last-modified');
    return [
      ...(etag === undefined ? [] : ['if-none-match', etag]),
      ...(modified === undefined ? [] : ['if-modified-since', modified]),
    ];
  }

  /** To be called before the backend is asked; `left` ends it. */
  entered(): void {
    this.#receipt = this.#options.cache.begin(this.#place);
  }

  left(): void {
    this.#recording?.drop();
    if (this.#receipt) this.#options.cache.end(this.#receipt);
  }

  /** What is kept, where a 304 is the answer to the cache's own question; it is kept anew. */
  validated(answer: Answer): StoredAnswer | undefined {
    const stored = this.#stored;
    if (answer.status !== 304 || this.conditions().length === 0 || !stored)
      return undefined;
    const { cache } = this.#options;
    const fields = updatedFields(stored.fields, answer.fields);
    const freshness = this.#freshness({ status: stored.status, fields });
    const renewed = { ...stored, fields: keptFields(fields), ...freshness };
    if (freshness) cache.put(this.#receipt!, renewed);
    else cache.remove(this.#place);
    return renewed;
  }

  /** Receives an answer; nothing where it may not be kept. */
  receive(answer: Answer): Recording | undefined {
    const { cache, settings, req, route } = this.#options;
    const { status, fields } = answer;
    if (!SAFE.has(req.method!) && status < 400)
      cache.invalidate(route.tenantId, this.#place.resource);
    if (!this.#cacheable || status === 304) return undefined;
    // Whatever it is, it is newer than what is kept; an outage of the backend says nothing about that.
    if (status < 500) cache.remove(this.#place);
    const freshness = this.#freshness(answer);
    if (!freshness || !hasAnEnd(answer)) return undefined;
    this.#recording = new Recording({
      maxBytes: settings.maxBytes,
      budget: cache.budget,
      finish: body =>
        cache.put(this.#receipt!, {
          status,
          fields: keptFields(fields),
          body,
          ...freshness,
        }),
    });
    return this.#recording;
  }

  #freshness(answer: Answer): Freshness | undefined {
    const { scope, ttlSeconds } = this.#options.settings;
    if (!variesWithin(valuesOf(answer.fields, 'vary'))) return undefined;
    return freshnessOf(answer, {
      shared: scope === 'all',
      ttlSeconds,
      askedAt: this.#askedAt,
      now: Date.now(),
    });
  }
}

/** `Pragma: no-cache` stands for the directive where no other is there (RFC 9111 §5.4). */
function directivesOf({ headers }: IncomingMessage): Directives {
  const said = headers['cache-control'];
  if (said === undefined && /no-cache/i.test(headers.pragma ?? ''))
    return readDirectives(['no-cache']);
  return readDirectives(said === undefined ? [] : [said]);
}

function placeOf(options: VisitOptions): Place {
  const { settings, route, caller, req, path, fields } = options;
  const whose =
    settings.scope === 'all'
      ? []
      : [
          caller.facts.subscriptionId,
          caller.subject,
          String(caller.clientId ?? ''),
        ];
  return {
    tenantId: route.tenantId,
    resource: `${revisionOf(route)} ${path.replace(/\?.*$/, '')}`,
    key: requestKey(fields, [path, req.headers.host ?? '', ...whose]),
  };
}

const revisions = new WeakMap<Route, string>();

/** Of a deployment and what is done with its calls: what was kept before either changed is not found again. */
function revisionOf(route: Route): string {
  let revision = revisions.get(route);
  if (revision === undefined) {
    const { key, deploymentId, backendUrl, steps } = route;
    revision = createHash('sha256')
      .update(JSON.stringify([key, deploymentId, backendUrl, steps]))
      .digest('base64url');
    revisions.set(route, revision);
  }
  return revision;
}
