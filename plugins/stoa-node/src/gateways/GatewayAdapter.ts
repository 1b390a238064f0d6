import { Environment } from '@stoa/plugin-stoa-common';
import { PolicyReference } from '../apiPolicies';

/** One deployed version of an API, as a gateway serves it. */
export interface RouteSpec {
  readonly tenantId: string;
  readonly apiId: string;
  readonly version: string;
  readonly environment: Environment;
  /** Absolute http(s) URL without query; requests go below its path. */
  readonly backendUrl: string;
  readonly deploymentId: string;
  /** Of the API, as its manifest has them; those of its tenant come on top. */
  readonly policies: readonly PolicyReference[];
}

/**
 * A data plane that APIs are deployed to. Every method is idempotent: the same
 * deployment id gives the same state of the gateway.
 */
export interface GatewayAdapter {
  readonly name: string;
  importApi(route: RouteSpec): Promise<string>;
  applyPolicies(route: RouteSpec): Promise<string>;
  activate(route: RouteSpec): Promise<string>;
  verify(route: RouteSpec): Promise<string>;
  deactivate(route: RouteSpec): Promise<string>;
}
