import createClient, { Client } from 'openapi-fetch';
import type { components, operations, paths } from './schema';

export type { components, operations, paths };

/** A schema of the contract by its name, such as `Schema<'Subscription'>`. */
export type Schema<Name extends keyof components['schemas']> =
  components['schemas'][Name];

export type StoaClient = Client<paths>;

/**
 * A client of the control plane, typed from its contract.
 * `baseUrl` is that of the plugin, such as `https://host/api/control-plane`.
 */
export function createStoaClient(options: {
  baseUrl: string;
  fetch: (request: Request) => Promise<Response>;
}): StoaClient {
  return createClient<paths>(options);
}
