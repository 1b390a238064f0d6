import { LoggerService } from '@backstage/backend-plugin-api';
import { Principal, StoaError, notFound } from '@stoa/plugin-stoa-common';
import {
  PlanLimiter,
  PlanRate,
  PolicyEngine,
  PolicyResource,
  PrincipalService,
  policyInput,
  rateLimitHeaders,
} from '@stoa/plugin-stoa-node';
import express, { RequestHandler, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { randomUUID } from 'node:crypto';
import { createRequestMetrics } from '../metrics/requestMetrics';
import { isLanguage, Language } from '../notifications/words';
import { Actor } from '../database/UnitOfWork';
import { Contract, Operation } from './contract';
import { errorMiddleware } from './errors';
import { IdempotencyStore, requestHash } from './idempotency';
import { referenceRouter } from './reference';
import { OnDenied, refusal } from './refusal';
import { Reply, Route, Routes } from './route';
import { inRequestSpan } from './tracing';
import { compileValidator } from './validation';

export interface RouterOptions {
  readonly contract: Contract;
  readonly routes: Routes;
  readonly principals: PrincipalService;
  readonly policy: PolicyEngine;
  readonly idempotency: IdempotencyStore;
  readonly logger: LoggerService;
  /** How often one person may ask. Plugins and gateways are not counted. */
  readonly personRate: PlanRate;
  /** Called for every authenticated request: a person seen for the first time becomes known. */
  readonly onPrincipal: (
    principal: Principal,
    language?: Language,
  ) => Promise<void>;
  readonly onDenied: OnDenied;
}

/** Bodies above this are refused, except where a definition travels. */
const BODY_LIMIT = '256kb';
const DEFINITION_LIMIT = '40mb';
const WITH_DEFINITION = new Set([
  'createApi',
  'updateApi',
  'validateDefinition',
  'importApi',
  'previewApi',
]);

const REQUEST_ID = /^[\w.:-]{1,128}$/;

const requestId: RequestHandler = (request, response, next) => {
  const given = request.header('x-request-id');
  response.setHeader(
    'X-Request-ID',
    given && REQUEST_ID.test(given) ? given : randomUUID(),
  );
  next();
};

/**
 * The control plane's HTTP face, made from the contract: each operation goes
 * through the same gate (authenticate, validate, decide, idempotency, handler)
 * and nothing else is mounted. An operation without handler, or the reverse,
 * stops the process from starting.
 */
export function createRouter(options: RouterOptions): Router {
  const { contract, routes } = options;
  const known = new Set(contract.operations.map(o => o.operationId));
  const stray = Object.keys(routes).filter(id => !known.has(id));
  const missing = [...known].filter(id => !(id in routes));
  if (stray.length + missing.length > 0) {
    throw new Error(
      `Contract and handlers differ; not in the contract: [${stray}], without handler: [${missing}]`,
    );
  }

  const unscoped = contract.operations.filter(
    o =>
      !o.path.includes('{tenant_id}') &&
      !routes[o.operationId as keyof Routes]!.resource &&
      !routes[o.operationId as keyof Routes]!.resourceOfBody,
  );
  if (unscoped.length > 0) {
    throw new Error(
      `The policy is not told what these are done to: [${unscoped.map(
        o => o.operationId,
      )}]`,
    );
  }

  const router = PromiseRouter();
  const limiter = new PlanLimiter();
  const measure = createRequestMetrics();
  router.use(requestId);
  router.get('/openapi.json', function document(_request, response) {
    response.json(contract.document);
  });
  router.use('/docs', referenceRouter());
  // Literal segments before parameters: `/subscriptions/my` is not an id.
  const ordered = [...contract.operations].sort((a, b) =>
    sortKey(a.path) < sortKey(b.path) ? -1 : 1,
  );
  for (const operation of ordered) {
    const path = operation.path.replace(/\{(\w+)\}/g, ':$1');
    router[operation.method as 'get'](
      path,
      gate(operation, routes[operation.operationId as keyof Routes]!, {
        ...options,
        limiter,
        measure,
      }),
    );
  }
  for (const path of new Set(ordered.map(o => o.path))) {
    const allowed = ordered
      .filter(o => o.path === path)
      .map(o => o.method.toUpperCase());
    router.all(
      path.replace(/\{(\w+)\}/g, ':$1'),
      function notAllowed(_request, response) {
        response.setHeader('Allow', allowed.join(', '));
        throw new StoaError(
          'stoa.method_not_allowed',
          `Use ${allowed.join(' or ')} here.`,
        );
      },
    );
  }
  router.use(function nothingHere() {
    throw notFound('address');
  });
  router.use(errorMiddleware(options.logger));
  return router;
}

function gate(
  operation: Operation,
  route: Route,
  options: RouterOptions & {
    readonly limiter: PlanLimiter;
    readonly measure: ReturnType<typeof createRequestMetrics>;
  },
): RequestHandler {
  const validate = compileValidator(operation);
  const texts = new WeakMap<object, Buffer>();
  const parse =
    operation.body &&
    express.json({
      limit: WITH_DEFINITION.has(operation.operationId)
        ? DEFINITION_LIMIT
        : BODY_LIMIT,
      strict: true,
      verify: (request, _response, text) => void texts.set(request, text),
    });
  async function pass(
    request: express.Request,
    response: express.Response,
  ): Promise<void> {
    options.measure(operation, response);
    const principal = await options.principals.authenticate(request);
    if (principal.kind === 'user') {
      const { limiter, personRate } = options;
      const rate = await limiter.take(principal.subject, personRate);
      response.set(rateLimitHeaders(rate));
      if (!rate.allowed) throw tooOften(rate.resetSeconds);
    }
    await options.onPrincipal(principal, languageOf(request));
    const actor: Actor = {
      principal,
      correlationId: String(response.getHeader('X-Request-ID')),
      address: request.ip ?? '',
    };
    const input = validate.parameters(request);
    const readBody = async () => {
      if (!parse) return;
      requireJson(
        request.header('content-type'),
        request.header('content-length'),
      );
      await new Promise<void>((resolve, reject) => {
        parse(request, response, error => (error ? reject(error) : resolve()));
      });
      validate.body(request, texts.get(request)?.toString());
    };
    let resource: PolicyResource;
    if (route.resourceOfBody) {
      await readBody();
      resource = await route.resourceOfBody(request.body, principal);
    } else {
      resource = route.resource
        ? await route.resource({ ...input, principal })
        : { tenantId: String(input.params.tenant_id) };
    }
    const decision = await options.policy.decide(
      policyInput(principal, operation.action, resource),
    );
    if (!decision.allow) {
      await options.onDenied(actor, operation.action, resource, decision.rule);
      throw refusal(decision, route.what);
    }
    if (!route.resourceOfBody) await readBody();
    const work = async (): Promise<Reply> =>
      route.handler({
        ...input,
        body: request.body,
        principal,
        decision,
        actor,
        ifMatch: request.header('if-match'),
      });
    const key = request.header('idempotency-key');
    const reply =
      key &&
      operation.method === 'post' &&
      operation.parameters.some(p => p.name === 'Idempotency-Key')
        ? await options.idempotency.run(
            {
              subject: principal.subject,
              key,
              hash: requestHash(request.method, request.path, request.body),
            },
            r => (route.redact ? { ...r, body: route.redact(r.body) } : r),
            work,
          )
        : await work();
    if (reply.stream) {
      await reply.stream(response);
      return;
    }
    response.set({ 'Cache-Control': 'no-store', ...reply.headers });
    if (reply.raw !== undefined)
      response.status(reply.status ?? 200).send(reply.raw);
    else if (reply.body === undefined)
      response.status(reply.status ?? 204).end();
    else response.status(reply.status ?? 200).json(reply.body);
  }
  return function gated(request, response) {
    return inRequestSpan(operation, request, response, () =>
      pass(request, response),
    );
  };
}

function tooOften(seconds: number): StoaError {
  return new StoaError(
    'stoa.rate_limited',
    `You asked too often. Try again in ${seconds} s.`,
    { details: { retry_after: seconds } },
  );
}

function requireJson(
  type: string | undefined,
  length: string | undefined,
): void {
  if (type === undefined && (length === undefined || length === '0')) return;
  const [, charset] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type ?? '') ?? [];
  if (
    !/^application\/json\s*(;|$)/i.test(type ?? '') ||
    !/^utf-?8$/i.test(charset ?? 'utf-8')
  ) {
    throw new StoaError(
      'stoa.unsupported_media_type',
      'Send the body as application/json.',
    );
  }
}

function sortKey(path: string): string {
  return path.replace(/\{/g, '~');
}

/** The first of the languages that the caller's page asks for and that we speak. */
function languageOf(request: express.Request): Language | undefined {
  return request
    .acceptsLanguages()
    .map(language => language.split('-')[0])
    .find(isLanguage);
}
