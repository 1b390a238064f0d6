import {
  discoveryApiRef,
  fetchApiRef,
  useApi,
} from '@backstage/frontend-plugin-api';
import { createStoaClient, StoaClient } from '@stoa/plugin-stoa-common';

interface DiscoveryApi {
  getBaseUrl(pluginId: string): Promise<string>;
}
interface FetchApi {
  fetch: typeof fetch;
}

/** Where the client thinks the control plane is; discovery is asked per call. */
const PLACEHOLDER = 'http://control-plane.invalid';

const clients = new WeakMap<FetchApi, StoaClient>();

/** The typed client of the control plane, with the session of whoever is signed in. */
export function useStoaClient(): StoaClient {
  const discovery: DiscoveryApi = useApi(discoveryApiRef);
  const fetchApi: FetchApi = useApi(fetchApiRef);
  let client = clients.get(fetchApi);
  if (!client) {
    client = createStoaClient({
      baseUrl: PLACEHOLDER,
      fetch: request => send(request, discovery, fetchApi),
    });
    clients.set(fetchApi, client);
  }
  return client;
}

/**
 * Sends by address and options rather than by Request: a Request made from
 * another one streams its body, which browsers refuse over HTTP/1.1.
 */
async function send(
  request: Request,
  discovery: DiscoveryApi,
  fetchApi: FetchApi,
): Promise<Response> {
  const base = await discovery.getBaseUrl('control-plane');
  const withBody = request.method !== 'GET' && request.method !== 'HEAD';
  const body = withBody ? await request.text() : '';
  return fetchApi.fetch(request.url.replace(PLACEHOLDER, base), {
    method: request.method,
    headers: request.headers,
    signal: request.signal,
    ...(body ? { body } : {}),
  });
}
