import { StoaError } from '@stoa/plugin-stoa-common';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { isReservedField } from './reservedFields';

/** What a count is kept for. */
const countedPer = z.enum([
  'subscription',
  'application',
  'person',
  'tenant',
  'api',
  // One tool that is made of the API, whoever calls it.
  'tool',
]);
const calls = z.number().int().min(1).max(1_000_000_000);
const milliseconds = z.number().int().min(1).max(600_000);
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/);

/** A field name (RFC 9110 §5.1) that a policy may touch. */
const fieldName = z
  .string()
  .max(128)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not the name of a header field')
  .refine(name => !isReservedField(name), 'is set by the gateway alone');
/** A field value (RFC 9110 §5.5) that no server reads differently: visible ASCII, spaces inside. */
const fieldValue = z
  .string()
  .max(4096)
  .regex(
    /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/,
    'must be visible ASCII characters',
  );
const fieldRules = z.strictObject({
  set: z
    .record(fieldName, fieldValue)
    .refine(fields => Object.keys(fields).length <= 50, 'sets too many')
    .default({}),
  remove: z.array(fieldName).max(50).default([]),
});

const origin = z
  .string()
  .max(255)
  .refine(
    text => text === '*' || URL.parse(text)?.origin === text,
    'must be an origin such as https://app.example.com, or *',
  );

/** An address, or a range in the notation of RFC 4632 §3.1. */
const addressRange = z
  .string()
  .max(64)
  .refine(
    text =>
      text.includes('/') ? ipaddr.isValidCIDR(text) : ipaddr.isValid(text),
    'must be an IP address or a range such as 192.0.2.0/24',
  );

/**
 * Every kind of step, with the schema of its settings. Times are milliseconds,
 * sizes bytes. Objects are strict: a setting that is misspelt is refused.
 */
export const STEP_SETTINGS = {
  /** Access tokens of the listed issuers open the API too, or (`apiKey: refused`) alone. */
  'jwt-validation': z.strictObject({
    apiKey: z.enum(['accepted', 'refused']).default('accepted'),
    /** Instead of the gateway's own address and the audiences of the issuer's configuration. */
    audiences: z
      .array(
        z
          .string()
          .min(1)
          .max(512)
          .refine(
            audience => audience !== 'account',
            'is in every token of Keycloak',
          ),
      )
      .min(1)
      .max(10)
      .optional(),
    /** All of them must be in the token. */
    scopes: z.array(scope).max(20).default([]),
  }),
  /** Calls a minute. Without `requestsPerMinute` the plan of the subscription says it, as it always does. */
  'rate-limit': z.strictObject({
    per: countedPer.default('subscription'),
    requestsPerMinute: calls.optional(),
    burst: calls.or(z.literal(0)).default(0),
  }),
  /** Calls a day and a month of the calendar, in UTC, beside those of the plan. */
  quota: z
    .strictObject({
      per: countedPer.default('subscription'),
      requestsPerDay: calls.optional(),
      requestsPerMonth: calls.optional(),
    })
    .refine(
      ({ requestsPerDay, requestsPerMonth }) =>
        requestsPerDay !== undefined || requestsPerMonth !== undefined,
      'needs requestsPerDay or requestsPerMonth',
    ),
  /** Which pages of the web may call, by the Fetch standard. */
  cors: z.strictObject({
    allowOrigins: z.array(origin).min(1).max(50).default(['*']),
    allowMethods: z
      .array(z.string().regex(/^[A-Z]{1,20}$/))
      .min(1)
      .max(20)
      .default(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
    /** `*` covers all but `Authorization`, which is always allowed. */
    allowHeaders: z.array(corsName()).max(50).default(['*']),
    exposeHeaders: z.array(corsName()).max(50).default(['*']),
    maxAgeSeconds: z.number().int().min(0).max(86_400).default(600),
  }),
  /** Which calls the access log shows. Failures (4xx and 5xx) always appear unless `level` is `none`. */
  logging: z.strictObject({
    level: z.enum(['all', 'failures', 'none']).default('all'),
    /** Share of the calls that went well, 0 to 1. */
    sampling: z.number().min(0).max(1).default(1),
  }),
  /** Callers from elsewhere get 403. */
  'ip-allow-list': z.strictObject({
    allow: z.array(addressRange).min(1).max(200),
  }),
  /** Calls are held against the API's definition before they go to the backend. */
  'request-validation': z.strictObject({
    /** What becomes of calls to paths and methods that the definition has not. */
    undescribed: z.enum(['refused', 'passed']).default('refused'),
    /** Of a body in JSON, which is read whole. */
    maxBodyBytes: z.number().int().min(1).max(10_485_760).default(1_048_576),
  }),
  /** The examples of the API's definition are the answers; nothing goes to the backend. */
  mock: z.strictObject({}),
  /** Header fields for the backend, and for the caller. */
  headers: z.strictObject({
    request: fieldRules.default({ set: {}, remove: [] }),
    response: fieldRules.default({ set: {}, remove: [] }),
  }),
  /** The largest body; what the operator allows stays the upper bound. */
  'request-size': z.strictObject({
    maxBytes: z.number().int().min(0).max(1_073_741_824),
  }),
  /** How long the backend may take; what the operator allows stays the upper bound. */
  timeouts: z.strictObject({
    firstByteMs: milliseconds.optional(),
    idleMs: milliseconds.optional(),
    /** From the gateway's first byte to the backend until the last byte of the answer. */
    totalMs: milliseconds.optional(),
  }),
  /** Answers are kept as their fields allow (RFC 9111). */
  'response-cache': z.strictObject({
    /** `caller`: for each subscription and person apart. `all`: what the backend declares public, for everybody who may call. */
    scope: z.enum(['caller', 'all']).default('caller'),
    /** Of one body. */
    maxBytes: z.number().int().min(1).max(10_485_760).default(262_144),
    /** For a 200 whose fields say nothing about caching; without it such answers are not kept. */
    ttlSeconds: z.number().int().min(1).max(86_400).optional(),
  }),
  /** Callers may open WebSockets (RFC 6455), whose messages pass as they are. */
  websocket: z.strictObject({
    /** Without a byte in either direction. */
    idleSeconds: z.number().int().min(1).max(3_600).default(120),
    maxSeconds: z.number().int().min(1).max(86_400).default(86_400),
  }),
  /** Of idempotent methods (RFC 9110 §9.2.2) without a body, before the answer has begun. */
  retry: z.strictObject({
    attempts: z.number().int().min(1).max(5).default(2),
    /** Answers that are tried again beside connections that fail. */
    statuses: z
      .array(z.union([z.literal(502), z.literal(503), z.literal(504)]))
      .max(3)
      .default([502, 503, 504]),
  }),
  /** Calls are refused for a while after too many failures of the backend. */
  'circuit-breaker': z.strictObject({
    /** Share of failures, 0 to 1, among at least `minimumCalls` within `windowSeconds`. */
    failureRate: z.number().gt(0).max(1).default(0.5),
    minimumCalls: z.number().int().min(1).max(10_000).default(20),
    windowSeconds: z.number().int().min(1).max(300).default(30),
    openSeconds: z.number().int().min(1).max(300).default(15),
  }),
} as const;

export type StepType = keyof typeof STEP_SETTINGS;
export const STEP_TYPES = Object.keys(STEP_SETTINGS) as StepType[];

/** A step with its settings, defaults filled in. */
export type PolicyStep = {
  [T in StepType]: {
    readonly type: T;
    readonly config: z.infer<(typeof STEP_SETTINGS)[T]>;
  };
}[StepType];
export type StepConfig<T extends StepType> = Extract<
  PolicyStep,
  { type: T }
>['config'];

/**
 * Reads `{type, config}`. Throws `stoa.validation` naming the field below `path`,
 * such as `policies.0.config.allow.1`.
 */
export function readStep(value: unknown, path: string): PolicyStep {
  const { type, config, ...rest } = Object(value) as Record<string, unknown>;
  if (typeof type !== 'string' || !Object.hasOwn(STEP_SETTINGS, type)) {
    throw wrong(`${path}.type`, `must be one of ${STEP_TYPES.join(', ')}`);
  }
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw wrong(`${path}.${unknown}`, 'is not known');
  const read = STEP_SETTINGS[type as StepType].safeParse(config ?? {});
  if (!read.success) {
    const [issue] = read.error.issues;
    throw wrong([path, 'config', ...issue.path].join('.'), issue.message);
  }
  return { type, config: read.data } as PolicyStep;
}

/** Two steps of the same slot would contradict each other: the nearer to the API takes the other's place. */
export function slotOf({ type, config }: PolicyStep): string {
  return type === 'rate-limit' || type === 'quota'
    ? `${type} ${config.per}`
    : type;
}

function corsName() {
  return z
    .string()
    .max(128)
    .regex(/^(\*|[!#$%&'+.^_`|~0-9A-Za-z-]+)$/, 'is not a header field name');
}

function wrong(field: string, message: string): StoaError {
  return new StoaError('stoa.validation', `${field}: ${message}`, {
    details: [{ field, message }],
  });
}
