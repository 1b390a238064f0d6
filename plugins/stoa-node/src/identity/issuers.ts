import { Config } from '@backstage/config';

/** An OIDC issuer whose access tokens the platform accepts. */
export interface Issuer {
  /** Compared exactly with `iss`. */
  readonly issuer: string;
  /** At least one must be in `aud`. Never `account`, which Keycloak puts into every token. */
  readonly audiences: readonly string[];
  /** Accepted at the MCP gateway beside the address asked, for issuers that know no `resource` (RFC 8707). */
  readonly mcpAudiences?: readonly string[];
  /** Where the keys are; found through discovery when absent. */
  readonly jwksUri?: string;
  /** The only tenants it may speak for, and then never for the platform role. Absent: all. */
  readonly tenants?: readonly string[];
  /** Dotted paths of the claims that hold group paths and realm roles. */
  readonly claims: { readonly groups: string; readonly roles: string };
  /**
   * The issuer that people sign in with: its `sub` is our subject. A `sub` of any
   * other issuer is only unique beside its `iss`, see `subjectOf`.
   */
  readonly home: boolean;
  /** The issuer inside this process; reached as a plugin, not by its public address. */
  readonly embedded: boolean;
}

export const DEV_IDENTITY_PLUGIN_ID = 'dev-identity';

/** `stoa.environment: production` is the one switch that forbids what is for evaluation only. */
export function isProduction(config: Config): boolean {
  return config.getOptionalString('stoa.environment') === 'production';
}

/** True unless `stoa.devIdentity.enabled` says no. Production refuses it at start. */
export function isEmbeddedIssuerEnabled(config: Config): boolean {
  return config.getOptionalBoolean('stoa.devIdentity.enabled') ?? true;
}

/** Address, default resource and issuer identifier of the embedded issuer. */
export function embeddedIssuerUrls(config: Config) {
  const base = config.getString('backend.baseUrl').replace(/\/+$/, '');
  return {
    base,
    issuer: `${base}/api/${DEV_IDENTITY_PLUGIN_ID}`,
    controlPlane: `${base}/api/control-plane`,
    mcp: `${base}/mcp`,
    gateway: `${base}/gateway`,
  };
}

/**
 * The embedded issuer, when it is enabled, and then those of `stoa.issuers`. The
 * first of all is the home issuer. Throws when an entry could not be checked.
 */
export function readIssuers(config: Config): Issuer[] {
  const issuers: Omit<Issuer, 'home'>[] = [];
  const urls = embeddedIssuerUrls(config);
  if (isEmbeddedIssuerEnabled(config) && !isProduction(config)) {
    issuers.push({
      issuer: urls.issuer,
      audiences: [urls.controlPlane],
      claims: { groups: 'groups', roles: 'realm_access.roles' },
      embedded: true,
    });
  }
  for (const entry of config.getOptionalConfigArray('stoa.issuers') ?? []) {
    const read = readIssuer(entry);
    if (read.issuer !== urls.issuer) issuers.push(read);
  }
  const names = issuers.map(({ issuer }) => issuer);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`stoa.issuers lists ${twice} twice`);
  return issuers.map((issuer, index) => ({ ...issuer, home: index === 0 }));
}

function readIssuer(config: Config): Omit<Issuer, 'home'> {
  const issuer = config.getString('issuer');
  const audiences = config.getStringArray('audiences');
  if (audiences.length === 0) {
    throw new Error(`Issuer ${issuer} needs at least one audience`);
  }
  const all = [
    ...audiences,
    ...(config.getOptionalStringArray('mcpAudiences') ?? []),
  ];
  if (all.includes('account')) {
    throw new Error(
      `Issuer ${issuer}: 'account' is in every token of the realm and cannot be an audience`,
    );
  }
  return {
    issuer,
    audiences,
    mcpAudiences: config.getOptionalStringArray('mcpAudiences'),
    jwksUri: config.getOptionalString('jwksUri'),
    tenants: config.getOptionalStringArray('tenants'),
    claims: {
      groups: config.getOptionalString('claims.groups') ?? 'groups',
      roles: config.getOptionalString('claims.roles') ?? 'realm_access.roles',
    },
    embedded: false,
  };
}
