import {
  parseRanges,
  PolicyStep,
  Range,
  readStep,
  Route,
  StepConfig,
  StepType,
} from '@stoa/plugin-stoa-node';
import { FieldRules, fieldRules } from './fields';

/** What is done with the calls of a route: its steps, made ready for being asked about at every call. */
export interface RoutePlan {
  /** How tokens are accepted; without it keys alone are. */
  readonly tokens: StepConfig<'jwt-validation'> | undefined;
  /** Addresses that may call; without it all may. */
  readonly allowed: readonly Range[] | undefined;
  readonly cors: StepConfig<'cors'>;
  readonly logging: StepConfig<'logging'>;
  readonly requestFields: FieldRules | undefined;
  readonly responseFields: FieldRules | undefined;
  /** Bytes. */
  readonly maxBytes: number;
  /** Milliseconds. */
  readonly timeouts: StepConfig<'timeouts'>;
  readonly websocket: StepConfig<'websocket'> | undefined;
  readonly validation: StepConfig<'request-validation'> | undefined;
  readonly mock: StepConfig<'mock'> | undefined;
  readonly cache: StepConfig<'response-cache'> | undefined;
  readonly retry: StepConfig<'retry'> | undefined;
  readonly breaker: StepConfig<'circuit-breaker'>;
}

const DEFAULTS = {
  cors: defaultOf('cors'),
  logging: defaultOf('logging'),
  timeouts: defaultOf('timeouts'),
  breaker: defaultOf('circuit-breaker'),
};

const plans = new WeakMap<Route, RoutePlan>();

/** The plan of a route, made at its first call. */
export function planOf(route: Route): RoutePlan {
  let plan = plans.get(route);
  if (!plan) {
    plan = makePlan(route.steps);
    plans.set(route, plan);
  }
  return plan;
}

/** What holds for calls that no route is found for. */
export const PLAN_OF_NONE: RoutePlan = makePlan([]);

function makePlan(steps: readonly PolicyStep[]): RoutePlan {
  const find = <T extends StepType>(type: T) =>
    steps.find(step => step.type === type)?.config as StepConfig<T> | undefined;
  const fields = find('headers');
  const ranges = find('ip-allow-list');
  return {
    tokens: find('jwt-validation'),
    allowed: ranges && parseRanges(ranges.allow),
    cors: find('cors') ?? DEFAULTS.cors,
    logging: find('logging') ?? DEFAULTS.logging,
    requestFields: fieldRules(fields?.request),
    responseFields: fieldRules(fields?.response),
    maxBytes: find('request-size')?.maxBytes ?? Infinity,
    timeouts: find('timeouts') ?? DEFAULTS.timeouts,
    websocket: find('websocket'),
    validation: find('request-validation'),
    mock: find('mock'),
    cache: find('response-cache'),
    retry: find('retry'),
    breaker: find('circuit-breaker') ?? DEFAULTS.breaker,
  };
}

function defaultOf<T extends StepType>(type: T): StepConfig<T> {
  return readStep({ type }, type).config as StepConfig<T>;
}
