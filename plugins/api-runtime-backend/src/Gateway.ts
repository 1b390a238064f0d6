import { LoggerService } from '@backstage/backend-plugin-api';
import { StoaError } from '@stoa/plugin-stoa-common';
import {
  addressGroup,
  Call,
  CallRecord,
  clientAddress,
  currentTraceparent,
  GatewayConfig,
  inServerSpan,
  isWithin,
  Limiters,
  MeteringSink,
  parseRanges,
  Range,
  Route,
  RouteTable,
  StepConfig,
  takeFromLimits,
  Upgrade,
} from '@stoa/plugin-stoa-node';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GATEWAY_PREFIX, splitPath } from './address';
import { Admission, Caller } from './admission';
import { ByDefinition } from './description/ByDefinition';
import { GATEWAY_HEADERS } from './headers';
import { corsFields, isPreflight, preflightFields } from './policies/cors';
import { countedCall } from './policies/limits';
import { planOf, PLAN_OF_NONE, RoutePlan } from './policies/RoutePlan';
import { refuse } from './refusal';
import { checkFraming } from './requestBody';
import { backendPath } from './target';
import { checkHandshake } from './websocket/handshake';

export interface GatewayOptions {
  readonly routes: RouteTable;
  readonly admission: Admission;
  readonly limiters: Limiters;
  readonly byDefinition: ByDefinition;
  readonly metering: MeteringSink;
  readonly config: GatewayConfig;
  readonly logger: LoggerService;
}

/** How traces name the addresses of calls. */
const ROUTE = `${GATEWAY_PREFIX}/{environment}/{tenant}/{api}/{version}`;

/** A call whose address is known, and what is done with it. */
interface Addressed {
  readonly route: Route;
  readonly plan: RoutePlan;
  /** Of the path, below the route. */
  readonly rest: string;
}

/** Header fields of this call's answer, whatever becomes of it. */
type AnswerHeaders = Record<string, string>;

/** Serves `/gateway/…`: address, credential, limits, backend, metering, in this order. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #trustedProxies: readonly Range[];

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#trustedProxies = parseRanges(options.config.trustedProxies);
  }

  readonly handle = (
    req: IncomingMessage,
    res: ServerResponse,
    call: Call,
    upgrade?: Upgrade,
  ): Promise<void> => {
    const found = this.#find(call);
    return inServerSpan(
      {
        method: req.method!,
        route: ROUTE,
        requestId: call.requestId,
        headers: req.headers,
        attributes: found && attributesOf(found.route),
      },
      res,
      () => this.#answer(req, res, { call, found, upgrade }),
    );
  };

  /** Whether a request may become a WebSocket: where it may not, it is answered as any other. */
  readonly upgrades = (_req: IncomingMessage, call: Call): boolean => {
    const plan = this.#find(call)?.plan;
    return plan?.websocket !== undefined && plan.mock === undefined;
  };

  async #answer(
    req: IncomingMessage,
    res: ServerResponse,
    come: {
      readonly call: Call;
      readonly found: Addressed | undefined;
      readonly upgrade: Upgrade | undefined;
    },
  ): Promise<void> {
    const { call, found, upgrade } = come;
    const { cors, logging } = found?.plan ?? PLAN_OF_NONE;
    const headers: AnswerHeaders = {
      ...GATEWAY_HEADERS,
      ...corsFields(cors, req.headers.origin),
    };
    call.quiet = quietOf(logging);
    // The same for every address without a policy, so that it tells nothing about routes.
    if (isPreflight(req)) {
      res.writeHead(204, { ...headers, ...preflightFields(cors) });
      res.end();
      return;
    }
    const record = found && this.#recordOf(found.route, call);
    try {
      if (!found || !record) throw this.#nothingHere();
      await this.#serve(req, res, { ...found, call, headers, record, upgrade });
    } catch (error) {
      const { logger } = this.#options;
      refuse(error, { req, res, call, headers, record, logger });
    }
  }

  async #serve(
    req: IncomingMessage,
    res: ServerResponse,
    served: Addressed & {
      call: Call;
      headers: AnswerHeaders;
      record: CallRecord;
      upgrade: Upgrade | undefined;
    },
  ): Promise<void> {
    const { route, rest, call, headers, record, upgrade } = served;
    const { limiters, byDefinition } = this.#options;
    checkFraming(req);
    const path = backendPath(route.basePath, rest, call.query);
    if (upgrade) checkHandshake(req);
    else refuseUnsupported(req);
    const address = clientAddress(req, this.#trustedProxies);
    const caller = await this.#admit(req, served, address);
    record.caller = meteredCaller(caller);
    const taken = await takeFromLimits(limiters, countedCall(caller, route));
    Object.assign(headers, taken.headers);
    if (taken.refusal) throw taken.refusal;
    await byDefinition.serve(
      {
        ...served,
        req,
        res,
        path,
        address,
        caller,
        upgrade: upgrade && {
          ...upgrade,
          recheck: () => this.#recheck(req, call, address),
        },
      },
      rest,
    );
  }

  /** Throws `stoa.forbidden` for a caller from elsewhere, and as `Admission.admit`. */
  async #admit(
    req: IncomingMessage,
    { route, plan }: Addressed,
    address: string,
  ): Promise<Caller> {
    if (plan.allowed && !isWithin(address, plan.allowed)) {
      throw new StoaError(
        'stoa.forbidden',
        'This API does not accept calls from your address.',
        { details: { rule: 'ip-allow-list', missing: [] } },
      );
    }
    return this.#options.admission.admit(req.rawHeaders, {
      route,
      tokens: plan.tokens,
      source: addressGroup(address),
    });
  }

  /** Whether a WebSocket that is open could be opened now. */
  async #recheck(
    req: IncomingMessage,
    call: Call,
    address: string,
  ): Promise<void> {
    const found = this.#find(call);
    if (!found || !this.upgrades(req, call)) throw this.#nothingHere();
    await this.#admit(req, found, address);
  }

  #find({ path }: Call): Addressed | undefined {
    const split = splitPath(path);
    const route = split && this.#options.routes.find(split.key);
    return route && { route, plan: planOf(route), rest: split.rest };
  }

  /** Until the routes are known, nobody can say that one does not exist. */
  #nothingHere(): StoaError {
    return this.#options.routes.complete
      ? new StoaError('stoa.not_found', 'No API is deployed at this address.')
      : new StoaError('stoa.unavailable', 'Routes are not known yet.');
  }

  #recordOf(route: Route, { requestId, traceparent }: Call): CallRecord {
    return new CallRecord({
      sink: this.#options.metering,
      subject: {
        kind: 'api',
        tenant_id: route.tenantId,
        environment: route.environment,
        api: route.apiId,
        version: route.version,
      },
      requestId,
      traceparent: currentTraceparent() ?? traceparent,
    });
  }
}

function meteredCaller({ facts, subject, clientId }: Caller) {
  return {
    application_id: facts.applicationId,
    subscription_id: facts.subscriptionId,
    subject,
    ...(clientId !== undefined && { client_id: clientId }),
  };
}

function attributesOf({ environment, tenantId, apiId, version }: Route) {
  return {
    'stoa.environment': environment,
    'stoa.tenant': tenantId,
    'stoa.api': apiId,
    'stoa.version': version,
  };
}

function quietOf(logging: StepConfig<'logging'>): Call['quiet'] {
  const { level, sampling } = logging;
  if (level === 'all' && sampling === 1) return undefined;
  return status => {
    if (level === 'none') return true;
    return status < 400 && (level === 'failures' || Math.random() >= sampling);
  };
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
  // An offer of h2c may be ignored (RFC 9110 §7.8), and common clients make it. One of
  // a WebSocket would be missed by the caller.
  if (upgrade !== undefined && upgrade.toLowerCase() !== 'h2c') {
    throw new StoaError(
      'stoa.not_implemented',
      'Connections cannot be upgraded here.',
    );
  }
}
