import { Config } from '@backstage/config';
import { embeddedIssuerUrls, isProduction } from '@stoa/plugin-stoa-node';

/** The confidential client that the web interface signs in with. */
export interface WebClient {
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
  readonly homeUri: string;
}

export interface DevIdentityConfig {
  /** Address of the platform without a slash at the end; `issuer` and the resources are below it. */
  readonly base: string;
  readonly issuer: string;
  /** Path of the issuer on its host: `/api/dev-identity`, behind the path of `backend.baseUrl`. */
  readonly mountPath: string;
  readonly resources: {
    readonly controlPlane: string;
    readonly mcp: string;
    readonly gateway: string;
  };
  readonly webClient?: WebClient;
  /** The client of gateways in processes of their own. */
  readonly gatewayClient?: { readonly id: string; readonly secret: string };
  readonly redirectUris: readonly string[];
  readonly registrationsPerMinute: number;
}

/** @throws with production configuration, see `stoa.environment` */
export function readDevIdentityConfig(config: Config): DevIdentityConfig {
  if (isProduction(config)) {
    throw new Error(
      'The embedded issuer is for evaluation only and does not start with stoa.environment: production. ' +
        'Set stoa.devIdentity.enabled to false, and list your identity provider in stoa.issuers.',
    );
  }
  const { base, issuer, controlPlane, mcp, gateway } =
    embeddedIssuerUrls(config);
  const own = config.getOptionalConfig('stoa.devIdentity');
  return {
    base,
    issuer,
    mountPath: new URL(issuer).pathname,
    resources: { controlPlane, mcp, gateway },
    webClient: readWebClient(config, base),
    gatewayClient: own?.has('gatewayClient')
      ? {
          id: own.getString('gatewayClient.id'),
          secret: own.getString('gatewayClient.secret'),
        }
      : undefined,
    redirectUris: own?.getOptionalStringArray('redirectUris') ?? [],
    registrationsPerMinute:
      own?.getOptionalNumber('registrationsPerMinute') ?? 10,
  };
}

/** Read where the sign-in provider reads it, so that both ends cannot differ. */
function readWebClient(config: Config, base: string): WebClient | undefined {
  const environment =
    config.getOptionalString('auth.environment') ?? 'development';
  const provider = config.getOptionalConfig(
    `auth.providers.oidc.${environment}`,
  );
  const metadataUrl = provider?.getOptionalString('metadataUrl');
  if (!provider || !metadataUrl?.startsWith(`${base}/`)) return undefined;
  return {
    id: provider.getString('clientId'),
    secret: provider.getString('clientSecret'),
    redirectUri:
      provider.getOptionalString('callbackUrl') ??
      `${base}/api/auth/oidc/handler/frame`,
    homeUri: `${
      config.getOptionalString('app.baseUrl')?.replace(/\/+$/, '') ?? base
    }/`,
  };
}
