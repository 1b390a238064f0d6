import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  DefaultPrincipalService,
  keysFetch,
  tokenServiceRef,
} from '../identity/DefaultPrincipalService';
import { readIssuers } from '../identity/issuers';
import { createDialler } from '../net/Dialler';
import { ClientCredentials } from './ClientCredentials';
import { ControlPlaneClient } from './ControlPlaneClient';
import { controlPlaneServiceRef } from './controlPlaneService';

/**
 * The control plane of another process (`stoa.controlPlane`), asked with client
 * credentials. For a gateway without the portal: it needs no database, no sessions
 * and no other plugin.
 */
export const remoteControlPlane = createServiceFactory({
  service: controlPlaneServiceRef,
  deps: { config: coreServices.rootConfig },
  factory({ config }) {
    const remote = config.getConfig('stoa.controlPlane');
    const url = remote.getString('url').replace(/\/+$/, '');
    const credentials = new ClientCredentials({
      tokenUrl: remote.getString('tokenUrl'),
      clientId: remote.getString('clientId'),
      clientSecret: remote.getString('clientSecret'),
      resource: url,
    });
    return new ControlPlaneClient({
      url: async () => url,
      token: () => credentials.token(),
    });
  },
});

/** Access tokens of the listed issuers, and no sessions: nobody signs in to a gateway. */
export const remoteTokens = createServiceFactory({
  service: tokenServiceRef,
  deps: { config: coreServices.rootConfig },
  factory({ config }) {
    const issuers = readIssuers(config);
    // The operator names the issuers; that one is internal opens nothing to tenants.
    const dialler = createDialler({
      allow: issuers.map(({ issuer, jwksUri }) =>
        endpointOf(jwksUri ?? issuer),
      ),
    });
    return new DefaultPrincipalService({
      issuers,
      fetch: keysFetch({ forTenant: () => dialler }),
    });
  },
});

function endpointOf(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
