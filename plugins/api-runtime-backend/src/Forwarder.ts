import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { StoaError } from '@stoa/plugin-stoa-common';
import {
  Backends,
  CircuitBreakers,
  currentTraceparent,
  FailureReports,
  GatewayConfig,
  inClientSpan,
  Outcome,
} from '@stoa/plugin-stoa-node';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { answerFields } from './answerFields';
import { backendFailure, CallAgain, exchange } from './exchange';
import { failureReport } from './failureReport';
import { Forwarded } from './forwarded';
import { forwardedElement, requestHeaders } from './headers';
import { requestBody } from './requestBody';
import { openTunnel } from './websocket/openTunnel';

interface Attempt {
  readonly body: AsyncIterable<Buffer> | Buffer | undefined;
  /** Statuses after which another attempt follows. */
  readonly again: ReadonlySet<number> | undefined;
}

/** RFC 9110 §9.2.2, without those that a gateway does not pass on. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** Milliseconds before the second attempt; each further one waits longer. */
const RETRY_DELAY = 50;

/** Takes calls to their backends and the answers back. */
export class Forwarder {
  readonly #backends: Backends;
  readonly #breakers = new CircuitBreakers();
  readonly #config: GatewayConfig;
  readonly #failures: FailureReports;
  readonly #logger: LoggerService;

  constructor(options: {
    backends: Backends;
    config: GatewayConfig;
    failures: FailureReports;
    logger: LoggerService;
  }) {
    this.#backends = options.backends;
    this.#config = options.config;
    this.#failures = options.failures;
    this.#logger = options.logger;
  }

  /**
   * Resolves when the answer is over. Throws while nothing was answered:
   * `stoa.rate_limited` and `stoa.unavailable` when there is no place, the latter also
   * while the backend is left alone; `stoa.too_large`; `stoa.backend.timeout`,
   * `stoa.backend.unreachable`.
   */
  async forward(forwarded: Forwarded): Promise<void> {
    const { req, route, call, plan, caller } = forwarded;
    const leave = this.#backends.enter(
      route,
      `subscription ${caller.facts.subscriptionId}`,
    );
    try {
      const told = this.#breakers.enter(
        `${route.tenantId} ${route.origin}`,
        plan.breaker,
      );
      let outcome: Outcome = 'unknown';
      try {
        const status = await this.#attempts(forwarded);
        outcome = outcomeOf(status);
        if (status === 0 || (status ?? 0) >= 500)
          this.#failures.add(failureReport(forwarded, { status }));
      } catch (error) {
        const failure = backendFailure(error);
        if (failure.code !== 'stoa.too_large') {
          outcome = 'failed';
          this.#failures.add(
            failureReport(forwarded, { failure, cause: error }),
          );
        }
        this.#logger.warn(
          `Call ${call.requestId} of ${route.key} failed: ${stringifyError(
            error,
          )}`,
        );
        throw failure;
      } finally {
        told(outcome);
      }
      await forwarded.upgrade?.tunnel;
    } finally {
      leave();
      req.resume();
    }
  }

  /** Once, or where the route says so, until it works; a body is sent only once. */
  async #attempts(forwarded: Forwarded): Promise<number | undefined> {
    const { req, res, record } = forwarded;
    const { retry, maxBytes } = forwarded.plan;
    const streamed = forwarded.body
      ? undefined
      : requestBody(req, {
          maxBytes: Math.min(this.#config.maxRequestBytes, maxBytes),
          onBytes: count => {
            record.requestBytes += count;
          },
        });
    if (streamed && req.headers.expect) res.writeContinue();
    const body = forwarded.body ?? streamed;
    const attempts =
      retry && !body && IDEMPOTENT.has(req.method!) ? retry.attempts : 0;
    for (let attempt = 0; ; attempt++) {
      const isLast = attempt >= attempts;
      const again = isLast ? undefined : new Set<number>(retry!.statuses);
      try {
        return await this.#traced(forwarded, { body, again });
      } catch (error) {
        const lost = res.destroyed || error instanceof StoaError;
        if (isLast || lost || isTimeout(error)) throw error;
        await delay(RETRY_DELAY * (attempt + Math.random()));
      }
    }
  }

  /** One attempt, as a span whose name the backend is told. */
  #traced(forwarded: Forwarded, attempt: Attempt): Promise<number | undefined> {
    const { req, route, call } = forwarded;
    return inClientSpan(
      { method: req.method!, origin: route.origin, requestId: call.requestId },
      () => this.#exchange(forwarded, attempt),
    );
  }

  #exchange(
    forwarded: Forwarded,
    attempt: Attempt,
  ): Promise<number | undefined> {
    const { req, res, route, plan, path, headers, record, visit, upgrade } =
      forwarded;
    const { body, again } = attempt;
    const config = this.#config;
    const { firstByteMs, idleMs, totalMs } = plan.timeouts;
    return exchange(this.#backends.agentFor(route), {
      request: {
        origin: route.origin,
        path,
        method: req.method as Dispatcher.HttpMethod,
        headers: requestHeaders(req.rawHeaders, {
          requestId: forwarded.call.requestId,
          traceparent: currentTraceparent(),
          forwarded: forwardedElement({
            address: visit?.isForAll ? '' : forwarded.address,
            host: req.headers.host,
            scheme: config.publicScheme,
          }),
          rules: plan.requestFields,
          passes: visit && (name => visit.passes(name)),
          conditions: visit?.conditions(),
        }),
        // undici takes any iterable of chunks, its types only know streams.
        body: body as unknown as Dispatcher.DispatchOptions['body'],
        headersTimeout: least(firstByteMs, config.firstByteTimeoutMs),
        bodyTimeout: least(idleMs, config.idleTimeoutMs),
        ...(upgrade && { upgrade: 'websocket' }),
      },
      res,
      record,
      again,
      stallMs: config.callerTimeoutMs,
      totalMs: least(totalMs, config.totalTimeoutMs),
      visit,
      onUpgrade: backend => openTunnel(forwarded, backend),
      responseHeaders: answerFields(forwarded, () =>
        // Answered before the whole body was read: there is no way to the next request.
        body && !req.complete ? { ...headers, connection: 'close' } : headers,
      ),
    });
  }
}

function least(wanted: number | undefined, most: number): number {
  return wanted === undefined ? most : Math.min(wanted, most);
}

/** Whoever has waited that long shall not wait as long again. */
function isTimeout(error: unknown): boolean {
  return (
    !(error instanceof CallAgain) &&
    backendFailure(error).code === 'stoa.backend.timeout'
  );
}

/** 502, 503 and 504 say that the service is not there; any other status comes from one that works. */
function outcomeOf(status: number | undefined): Outcome {
  if (status === undefined) return 'unknown';
  return status === 0 || (status >= 502 && status <= 504)
    ? 'failed'
    : 'answered';
}
