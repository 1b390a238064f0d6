import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { StoaError } from '@stoa/plugin-stoa-common';
import {
  addressGroup,
  Backends,
  Call,
  CallRecord,
  clientAddress,
  GatewayConfig,
  MeteringSink,
  MeteringStatus,
  parseTrustedProxies,
  PlanLimiter,
  RateDecision,
  rateLimitHeaders,
  renderError,
  Route,
  RouteTable,
  TooMany,
} from '@stoa/plugin-stoa-node';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { GATEWAY_PREFIX, splitPath } from './address';
import { Admission } from './admission';
import { answerPreflight, isPreflight } from './cors';
import {
  forwardedElement,
  GATEWAY_HEADERS,
  requestHeaders,
  responseHeaders,
} from './headers';
import { KeyFacts } from './keys';
import { backendFailure, exchange } from './proxy';
import { checkFraming, requestBody } from './requestBody';
import { backendPath, publicLocation } from './target';

export interface GatewayOptions {
  readonly routes: RouteTable;
  readonly admission: Admission;
  readonly limiter: PlanLimiter;
  readonly backends: Backends;
  readonly metering: MeteringSink;
  readonly config: GatewayConfig;
  readonly logger: LoggerService;
}

/** Header fields of this call's answer, whatever becomes of it. */
type AnswerHeaders = Record<string, string>;

/** Serves `/gateway/…`: key, limit, backend, metering, in this order. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #trustedProxies: ReturnType<typeof parseTrustedProxies>;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#trustedProxies = parseTrustedProxies(options.config.trustedProxies);
  }

  readonly handle = async (
    req: IncomingMessage,
    res: ServerResponse,
    call: Call,
  ): Promise<void> => {
    if (isPreflight(req)) {
      answerPreflight(res);
      return;
    }
    const headers: AnswerHeaders = { ...GATEWAY_HEADERS };
    let record: CallRecord | undefined;
    try {
      const { route, rest } = this.#routeOf(call);
      record = new CallRecord({
        sink: this.#options.metering,
        subject: {
          kind: 'api',
          tenant_id: route.tenantId,
          environment: route.environment,
          api: route.apiId,
          version: route.version,
        },
        requestId: call.requestId,
      });
      checkFraming(req);
      const path = backendPath(route.basePath, rest, call.query);
      refuseUnsupported(req);
      const address = clientAddress(req, this.#trustedProxies);
      const facts = await this.#options.admission.admit(req.rawHeaders, {
        route,
        source: addressGroup(address),
      });
      record.caller = {
        application_id: facts.applicationId,
        subscription_id: facts.subscriptionId,
        subject: facts.subscriberId,
      };
      await this.#limit(facts, headers);
      await this.#forward({
        facts,
        req,
        res,
        call,
        route,
        path,
        address,
        headers,
        record,
      });
    } catch (error) {
      this.#refuse(error, { req, res, call, headers, record });
    }
  };

  #routeOf({ path }: Call): { route: Route; rest: string } {
    const split = splitPath(path);
    const route = split && this.#options.routes.find(split.key);
    if (route) return { route, rest: split.rest };
    // Until the routes are known, nobody can say that one does not exist.
    throw this.#options.routes.complete
      ? new StoaError('stoa.not_found', 'No API is deployed at this address.')
      : new StoaError('stoa.unavailable', 'Routes are not known yet.');
  }

  async #limit(facts: KeyFacts, headers: AnswerHeaders): Promise<void> {
    const { subscriptionId, perMinute, burst } = facts;
    const decision: RateDecision = await this.#options.limiter.take(
      subscriptionId,
      { perMinute, burst },
    );
    Object.assign(headers, rateLimitHeaders(decision));
    if (!decision.allowed) {
      throw new TooMany(
        `The plan allows ${perMinute} calls a minute.`,
        decision.resetSeconds,
      );
    }
  }

  async #forward(options: {
    facts: KeyFacts;
    req: IncomingMessage;
    res: ServerResponse;
    call: Call;
    route: Route;
    path: string;
    address: string;
    headers: AnswerHeaders;
    record: CallRecord;
  }): Promise<void> {
    const { req, res, call, route, path, headers, record } = options;
    const { backends, config } = this.#options;
    const leave = backends.enter(
      route,
      `subscription ${options.facts.subscriptionId}`,
    );
    try {
      const body = requestBody(req, {
        maxBytes: config.maxRequestBytes,
        onBytes: count => {
          record.requestBytes += count;
        },
      });
      if (body && req.headers.expect) res.writeContinue();
      const request = {
        origin: route.origin,
        path,
        method: req.method as Dispatcher.HttpMethod,
        headers: requestHeaders(req.rawHeaders, {
          requestId: call.requestId,
          forwarded: forwardedElement({
            address: options.address,
            host: req.headers.host,
            scheme: config.publicScheme,
          }),
        }),
        // undici takes any iterable of chunks, its types only know streams.
        body: body as unknown as Dispatcher.DispatchOptions['body'],
      };
      await exchange(backends.agentFor(route), {
        request,
        res,
        record,
        stallMs: config.callerTimeoutMs,
        responseHeaders: (raw, status) =>
          responseHeaders(raw, {
            status,
            // Answered before the whole body was read: there is no way to the next request.
            own:
              body && !req.complete
                ? { ...headers, connection: 'close' }
                : headers,
            location: location =>
              publicLocation(location, {
                ...route,
                prefix: `${GATEWAY_PREFIX}/${route.key}`,
                path,
              }),
          }),
      });
    } catch (error) {
      const failure = backendFailure(error);
      this.#options.logger.warn(
        `Call ${call.requestId} of ${route.key} failed: ${stringifyError(
          error,
        )}`,
      );
      throw failure;
    } finally {
      leave();
      req.resume();
    }
  }

  #refuse(
    thrown: unknown,
    options: {
      req: IncomingMessage;
      res: ServerResponse;
      call: Call;
      headers: AnswerHeaders;
      record: CallRecord | undefined;
    },
  ): void {
    const { req, res, call, headers, record } = options;
    const error = toStoaError(thrown);
    if (error.code === 'stoa.internal') {
      this.#options.logger.error(
        `Call ${call.requestId} failed: ${stringifyError(thrown)}`,
      );
    }
    const { status, headers: base, body } = renderError(error, call.requestId);
    if (record) record.responseBytes = body.length;
    record?.finish(meteringStatus(error), status);
    if (res.headersSent || res.destroyed) {
      res.destroy();
      return;
    }
    // What a refused head of the backend may have left behind.
    for (const name of res.getHeaderNames()) {
      if (name !== 'x-request-id') res.removeHeader(name);
    }
    res.writeHead(status, {
      ...headers,
      ...base,
      ...(status === 401 && { 'www-authenticate': 'Bearer realm="stoa"' }),
      ...(thrown instanceof TooMany && {
        'retry-after': String(thrown.retryAfter),
      }),
      ...(error.code === 'stoa.unavailable' && { 'retry-after': '1' }),
      ...(mustClose(req, error, record) && { connection: 'close' }),
    });
    res.end(body);
  }
}

/** Throws for what a gateway must not or cannot pass on. */
function refuseUnsupported(req: IncomingMessage): void {
  if (req.method === 'TRACE' || req.method === 'CONNECT') {
    throw new StoaError(
      'stoa.method_not_allowed',
      `${req.method} is not passed on.`,
    );
  }
  const { upgrade } = req.headers;
  // An offer of h2c may be ignored (RFC 9110 §7.8), and common clients make it.
  if (upgrade !== undefined && upgrade.toLowerCase() !== 'h2c') {
    throw new StoaError(
      'stoa.not_implemented',
      'Connections cannot be upgraded here.',
    );
  }
}

function toStoaError(error: unknown): StoaError {
  return error instanceof StoaError
    ? error
    : new StoaError('stoa.internal', 'Something went wrong here.');
}

function meteringStatus({ code, status }: StoaError): MeteringStatus {
  if (code === 'stoa.backend.timeout') return 'timeout';
  if (code === 'stoa.rate_limited') return 'rate_limited';
  if (status === 401 || status === 403) return 'policy_denied';
  return status < 500 || code === 'stoa.not_implemented' ? 'invalid' : 'error';
}

/**
 * Node reads to its end a body that nobody began. One that was begun, is too long,
 * or waits for a go-ahead would hold the connection, and one whose end is in doubt
 * must not be followed by another request.
 */
function mustClose(
  req: IncomingMessage,
  { code }: StoaError,
  record: CallRecord | undefined,
): boolean {
  if (code === 'stoa.bad_request') return true;
  if (req.complete) return false;
  return (
    code === 'stoa.too_large' ||
    req.headers.expect !== undefined ||
    (record !== undefined && record.requestBytes > 0)
  );
}
