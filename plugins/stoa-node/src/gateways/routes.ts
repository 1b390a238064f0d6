import { ENVIRONMENTS, isApiId, isTenantId } from '@stoa/plugin-stoa-common';
import { PolicyStep, readStep } from '../apiPolicies';
import { RouteSpec } from './GatewayAdapter';

/** A deployed version of an API, prepared for serving. */
export interface Route extends Omit<RouteSpec, 'policies'> {
  /** `http(s)://host[:port]` of the backend. */
  readonly origin: string;
  /** Path of the backend that calls stay below, without a slash at its end. */
  readonly basePath: string;
  /** What is done with its calls, beside what is done with all. */
  readonly steps: readonly PolicyStep[];
  /** `{environment}/{tenant}/{api}/{version}`. */
  readonly key: string;
}

/**
 * The routes as the control plane last told them, by `environment/tenant/api/version`.
 * A new whole picture is built aside and takes the old one's place when complete,
 * so that no call falls between the two.
 */
export class RouteTable {
  #routes: Map<string, Route> | undefined;
  #incoming: Map<string, Route> | undefined;

  /** False until a whole picture was seen: a route that is unknown may exist. */
  get complete(): boolean {
    return this.#routes !== undefined;
  }

  get size(): number {
    return this.#routes?.size ?? 0;
  }

  find(key: string): Route | undefined {
    return this.#routes?.get(key);
  }

  beginReset(): void {
    this.#incoming = new Map();
  }

  endReset(): void {
    this.#routes = this.#incoming;
    this.#incoming = undefined;
  }

  put(key: string, route: Route): void {
    (this.#incoming ?? this.#routes)?.set(key, route);
  }

  delete(key: string): void {
    (this.#incoming ?? this.#routes)?.delete(key);
  }
}

/** Reads a `route` item of the feed. Throws when it is none that can be served. */
export function parseRoute(
  key: string,
  value: Readonly<Record<string, unknown>>,
): Route {
  const text = (name: string) => {
    const found = value[name];
    if (typeof found !== 'string') throw new Error(`${name} is missing`);
    return found;
  };
  const environment = ENVIRONMENTS.find(e => e === value.environment);
  const [tenantId, apiId, version] = ['tenant_id', 'api_id', 'version'].map(
    text,
  );
  if (!environment || !isTenantId(tenantId) || !isApiId(apiId)) {
    throw new Error('its address is malformed');
  }
  if (key !== [environment, tenantId, apiId, version].join('/')) {
    throw new Error('its key is not its address');
  }
  const backend = new URL(text('backend_url'));
  if (!/^https?:$/.test(backend.protocol) || backend.username) {
    throw new Error('its backend is no http address');
  }
  return {
    environment,
    tenantId,
    apiId,
    version,
    backendUrl: backend.href,
    deploymentId: text('deployment_id'),
    origin: backend.origin,
    basePath: backend.pathname.replace(/\/+$/, ''),
    steps: readSteps(value.policies),
    key,
  };
}

/** A step that is not known here, or not understood, must not be left out: it may be the one that keeps callers away. */
function readSteps(policies: unknown): PolicyStep[] {
  if (!Array.isArray(policies)) throw new Error('its policies are missing');
  return policies.map((step, index) => readStep(step, `policies.${index}`));
}
