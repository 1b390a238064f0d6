import { LoggerService } from '@backstage/backend-plugin-api';
import { StoaError } from '@stoa/plugin-stoa-common';
import {
  DevAccount,
  DevAccounts,
  DevClients,
  errorEnvelope,
} from '@stoa/plugin-stoa-node';
import Provider, {
  Client,
  Configuration,
  errors,
  KoaContextWithOIDC,
} from 'oidc-provider';
import {
  compareHashedSecrets,
  SECRET_HASHED,
  withManagedClients,
} from './clients/managedClients';
import { registrationRules, SELF_REGISTERED } from './clients/registration';
import {
  GATEWAY_CLIENT_SCOPES,
  IDENTITY_SCOPES,
  PLATFORM_SCOPES,
  REGISTERED_CLIENT_SCOPES,
} from './clients/scopes';
import { staticClients } from './clients/staticClients';
import { DevIdentityConfig } from './config';
import { renderError, renderLoggedOut, renderLogout } from './pages/koa';
import { InstallationKeys } from './storage/installationKeys';
import { PayloadStore } from './storage/PayloadStore';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** A working day: then everything that hangs on a sign-in ends, refresh tokens too. */
const SIGN_IN_SECONDS = 8 * HOUR;
const ACCESS_TOKEN_SECONDS = 10 * MINUTE;

export interface ProviderOptions {
  readonly config: DevIdentityConfig;
  readonly accounts: DevAccounts;
  readonly clients: DevClients;
  readonly keys: InstallationKeys;
  readonly store: PayloadStore;
  readonly logger: LoggerService;
}

/** The issuer: authorization code with PKCE, refresh, registration, and nothing else of OAuth. */
export function createProvider(options: ProviderOptions): Provider {
  const { config, store, logger } = options;
  const provider = new Provider(config.issuer, configuration(options));
  // The address of the platform is put into each request before it comes here.
  provider.proxy = true;
  compareHashedSecrets(provider);
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.status === 404 && ctx.body === undefined) {
      ctx.status = 404;
      ctx.body = errorEnvelope(
        new StoaError('stoa.not_found', 'Nothing is served here.'),
        ctx.get('x-request-id'),
      );
    }
  });

  provider.on('grant.success', ctx => {
    const { client } = ctx.oidc;
    if (!client?.[SELF_REGISTERED]) return;
    store
      .keepClient(client.clientId)
      .catch(error => logger.warn('Could not note the use of a client', error));
  });
  const failed = (error: Error) => {
    // Without the message: a failed statement's quotes the values it was to store.
    const frames = error.stack?.match(/^\s+at .*$/gm)?.join('\n');
    logger.error('The embedded issuer failed', { error: error.name, frames });
  };
  provider.on('server_error', (_ctx, error) => failed(error));
  // Koa's own way is to print on the console.
  provider.onerror = failed;
  const refused = (ctx: KoaContextWithOIDC, error: Error) => {
    // The error's code alone: its description may quote what a client has sent.
    logger.info(`Refused ${ctx.oidc.route}`, {
      client: ctx.oidc.client?.clientId ?? 'unknown',
      error: error.message,
    });
  };
  provider.on('authorization.error', refused);
  provider.on('grant.error', refused);
  return provider;
}

function configuration(options: ProviderOptions): Configuration {
  const { config, accounts, clients, keys, store } = options;
  return {
    adapter: (model: string) =>
      model === 'Client'
        ? withManagedClients(store.adapter(model), clients)
        : store.adapter(model),
    jwks: { keys: [...keys.jwks.keys] },
    cookies: {
      keys: [...keys.cookieKeys],
      names: {
        session: 'stoa_identity',
        interaction: 'stoa_identity_step',
        resume: 'stoa_identity_resume',
      },
      long: { path: config.mountPath, httpOnly: true, sameSite: 'lax' },
      // The path of the short ones is that of the single sign-in they belong to.
      short: { httpOnly: true, sameSite: 'lax' },
    },
    clients: staticClients(config),
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    extraClientMetadata: registrationRules(config.redirectUris),
    responseTypes: ['code'],
    pkce: { required: () => true },
    enabledJWA: {
      idTokenSigningAlgValues: ['RS256'],
      userinfoSigningAlgValues: ['RS256'],
    },
    scopes: [...IDENTITY_SCOPES, ...PLATFORM_SCOPES, ...GATEWAY_CLIENT_SCOPES],
    claims: {
      openid: ['sub', 'groups', 'realm_access'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: MINUTE,
      ClientCredentials: ACCESS_TOKEN_SECONDS,
      Grant: SIGN_IN_SECONDS,
      IdToken: ACCESS_TOKEN_SECONDS,
      Interaction: 10 * MINUTE,
      RefreshToken: SIGN_IN_SECONDS,
      Session: SIGN_IN_SECONDS,
    },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client) =>
      client.grantTypeAllowed('refresh_token'),
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some(
        uri => URL.parse(uri)?.origin === origin,
      ),
    features: {
      // Only clients that the platform made have this grant; none can register it.
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      registration: { enabled: true, issueRegistrationAccessToken: false },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) =>
          token.clientId === client.clientId,
      },
      resourceIndicators: resourceIndicators(config),
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: renderLogout,
        postLogoutSuccessSource: renderLoggedOut,
      },
    },
    findAccount: async (_ctx, id) => {
      const account = await accounts.find(id);
      return (
        account && {
          accountId: account.subject,
          claims: async () => ({
            sub: account.subject,
            ...claimsOf(account),
            email_verified: true,
          }),
        }
      );
    },
    extraTokenClaims: async (_ctx, token) => {
      if ('accountId' in token) {
        const account = await accounts.find(token.accountId);
        return account && claimsOf(account);
      }
      const client = token.clientId && (await clients.find(token.clientId));
      return client
        ? { name: client.name, groups: groupsOf(client.grants) }
        : undefined;
    },
    loadExistingGrant: ctx => existingGrant(ctx, config),
    interactions: {
      url: (_ctx, interaction) =>
        `${config.mountPath}/interaction/${interaction.uid}`,
    },
    renderError,
  };
}

/** The form that Keycloak gives these claims in, so that nothing downstream tells the two apart. */
function claimsOf(account: DevAccount) {
  return {
    preferred_username: account.account,
    name: account.name,
    email: account.email,
    groups: groupsOf(account.grants),
    realm_access: { roles: account.platform_admin ? ['cpi-admin'] : [] },
  };
}

function groupsOf(grants: DevAccount['grants']): string[] {
  return Object.entries(grants).flatMap(([tenant, roles]) =>
    roles.map(role => `/tenants/${tenant}/${role}`),
  );
}

/**
 * RFC 8707. Access tokens for the platform's own resources are JWTs with that
 * audience; without `resource` they are for the control plane. The web interface
 * calls with Backstage's tokens, so its client gets none but for `userinfo`.
 */
function resourceIndicators(config: DevIdentityConfig) {
  const { controlPlane, mcp, gateway } = config.resources;
  const isOurs = (resource: string) =>
    resource === controlPlane ||
    resource === mcp ||
    resource === gateway ||
    isLocalGateway(resource) ||
    ((resource.startsWith(`${mcp}/`) || resource.startsWith(`${gateway}/`)) &&
      URL.parse(resource)?.href === resource &&
      !/[?#]/.test(resource));
  const isWeb = (client: Client | undefined) =>
    client?.clientId === config.webClient?.id;
  return {
    enabled: true,
    defaultResource: (
      _ctx: KoaContextWithOIDC,
      client?: Client,
      oneOf?: readonly string[],
    ) => {
      if (oneOf) return oneOf[0];
      return isWeb(client) ? undefined : controlPlane;
    },
    useGrantedResource: () => true,
    getResourceServerInfo: (
      _ctx: KoaContextWithOIDC,
      resource: string,
      client: Client,
    ) => {
      if (!isOurs(resource)) {
        throw new errors.InvalidTarget();
      }
      const scopes = scopesOf(client, config);
      return {
        scope: scopes.join(' '),
        audience: resource,
        accessTokenTTL: ACCESS_TOKEN_SECONDS,
        accessTokenFormat: 'jwt' as const,
        jwt: { sign: { alg: 'RS256' as const } },
      };
    },
  };
}

function scopesOf(
  client: Client,
  { gatewayClient }: DevIdentityConfig,
): readonly string[] {
  if (client.clientId === gatewayClient?.id) return GATEWAY_CLIENT_SCOPES;
  if (client[SECRET_HASHED]) return client.scope?.split(' ') ?? [];
  return client[SELF_REGISTERED] ? REGISTERED_CLIENT_SCOPES : PLATFORM_SCOPES;
}

/** `/mcp` or `/gateway` of a gateway that runs on this machine in a process of its own. */
function isLocalGateway(resource: string): boolean {
  const url = URL.parse(resource);
  return (
    url?.protocol === 'http:' &&
    ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) &&
    /^\/(mcp|gateway)(\/|$)/.test(url.pathname) &&
    url.href === resource &&
    !/[?#]/.test(resource)
  );
}

/** The web interface is the platform itself: who signs in there is not asked whether it may know them. */
async function existingGrant(
  ctx: KoaContextWithOIDC,
  config: DevIdentityConfig,
) {
  const { client, session, account, provider } = ctx.oidc;
  if (!client || !session || !account) return undefined;
  const id =
    ctx.oidc.result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const known = id ? await provider.Grant.find(id) : undefined;
  if (known || client.clientId !== config.webClient?.id) return known;
  const grant = new provider.Grant({
    clientId: client.clientId,
    accountId: account.accountId,
  });
  grant.addOIDCScope(IDENTITY_SCOPES.join(' '));
  await grant.save();
  return grant;
}
