import { StoaError } from '@stoa/plugin-stoa-common';
import { Counter, metrics } from '@opentelemetry/api';
import { answerFields } from '../answerFields';
import { sendReply } from '../exchange';
import { Forwarded } from '../forwarded';
import { Forwarder } from '../Forwarder';
import { callersFields } from '../headers';
import { CacheVisit } from './CacheVisit';
import { replyOf } from './reply';
import { ResponseCache } from './ResponseCache';

/** Answers from the cache where the route has one, and asks the backend else. */
export class Caching {
  readonly #cache: ResponseCache;
  readonly #forwarder: Forwarder;
  readonly #visits: Counter;

  constructor(options: { cache: ResponseCache; forwarder: Forwarder }) {
    this.#cache = options.cache;
    this.#forwarder = options.forwarder;
    this.#visits = metrics
      .getMeter('stoa')
      .createCounter('stoa_gateway_cache_requests_total', {
        description: 'Calls to APIs with a cache, by what it did for them',
      });
  }

  /** As `Forwarder.forward`; throws `stoa.not_cached` too, for whoever wants what is kept or nothing. */
  async serve(forwarded: Forwarded): Promise<void> {
    const { req, route, plan, headers } = forwarded;
    if (!plan.cache) {
      await this.#forwarder.forward(forwarded);
      return;
    }
    const visit = new CacheVisit({
      ...forwarded,
      cache: this.#cache,
      settings: plan.cache,
      fields: callersFields(req.rawHeaders, plan.requestFields),
    });
    const served = { ...forwarded, visit };
    this.#visits.add(1, {
      tenant: route.tenantId,
      environment: route.environment,
      api: route.apiId,
      result: visit.result,
    });
    if (visit.hit) {
      sendReply(replyOf(visit.hit, req.headers), {
        ...served,
        responseHeaders: answerFields(served, () => headers),
      });
      req.resume();
      return;
    }
    if (visit.onlyIfCached) {
      throw new StoaError('stoa.not_cached', 'No answer to this is kept.');
    }
    visit.entered();
    try {
      await this.#forwarder.forward(served);
    } finally {
      visit.left();
    }
  }
}
