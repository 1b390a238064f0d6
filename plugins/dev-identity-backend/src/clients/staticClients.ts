import { ClientMetadata } from 'oidc-provider';
import { DevIdentityConfig } from '../config';
import {
  GATEWAY_CLIENT_SCOPES,
  IDENTITY_SCOPES,
  PLATFORM_SCOPES,
} from './scopes';

/** The command line: public, so anybody may claim to be it; consent is asked each time. */
export const CLI_CLIENT_ID = 'stoa-cli';

/** The clients that come with the platform. */
export function staticClients(config: DevIdentityConfig): ClientMetadata[] {
  const clients: ClientMetadata[] = [
    {
      client_id: CLI_CLIENT_ID,
      client_name: 'STOA command line',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      // Any port of loopback goes with these (RFC 8252 §7.3).
      redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
      scope: [...IDENTITY_SCOPES, ...PLATFORM_SCOPES].join(' '),
    },
  ];
  const web = config.webClient;
  if (web) {
    clients.push({
      client_id: web.id,
      client_secret: web.secret,
      client_name: 'STOA',
      application_type: 'web',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: [web.redirectUri],
      post_logout_redirect_uris: [web.homeUri],
      scope: IDENTITY_SCOPES.join(' '),
    });
  }
  const gateway = config.gatewayClient;
  if (gateway) {
    clients.push({
      client_id: gateway.id,
      client_secret: gateway.secret,
      client_name: 'STOA gateways',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      scope: GATEWAY_CLIENT_SCOPES.join(' '),
    });
  }
  return clients;
}
