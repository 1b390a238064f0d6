import {
  ClientMetadata,
  Configuration,
  errors,
  KoaContextWithOIDC,
} from 'oidc-provider';
import { SECRET_HASHED } from './managedClients';
import { IDENTITY_SCOPES, REGISTERED_CLIENT_SCOPES } from './scopes';

/** Metadata that marks a client which registered itself; nobody can set or clear it from outside. */
export const SELF_REGISTERED = 'stoa_self_registered';

const ALLOWED_SCOPES = new Set([
  ...IDENTITY_SCOPES,
  ...REGISTERED_CLIENT_SCOPES,
]);
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const MAX_REDIRECT_URIS = 10;
const MAX_NAME_LENGTH = 80;
/** Control characters, and marks that reorder text: a name must not rewrite the page it is shown on. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The only metadata that is kept; among what goes are addresses that the issuer would fetch. */
const KEPT = new Set([
  'client_id',
  'client_id_issued_at',
  'client_name',
  'redirect_uris',
  'grant_types',
  'response_types',
  'scope',
  'subject_type',
  'id_token_signed_response_alg',
]);

/**
 * The rules of dynamic registration (RFC 7591): public clients on loopback, or on
 * an address that the operator has listed, with the scopes of
 * `REGISTERED_CLIENT_SCOPES` at most. All are native applications, for which
 * consent is always asked.
 */
export function registrationRules(
  redirectUris: readonly string[],
): NonNullable<Configuration['extraClientMetadata']> {
  const listed = new Set(redirectUris);
  return {
    properties: [SELF_REGISTERED, SECRET_HASHED],
    validator(ctx, _key, _value, metadata) {
      if (ctx?.oidc?.route === 'registration') restrict(ctx, metadata, listed);
    },
  };
}

function restrict(
  ctx: KoaContextWithOIDC,
  metadata: ClientMetadata,
  listed: ReadonlySet<string>,
): void {
  const method = ctx.oidc.body?.token_endpoint_auth_method;
  if (method !== undefined && method !== 'none') {
    throw new errors.InvalidClientMetadata(
      'only public clients can register: token_endpoint_auth_method must be "none"',
    );
  }
  checkRedirectUris(metadata.redirect_uris, listed);
  for (const name of Object.keys(metadata)) {
    if (!KEPT.has(name)) delete metadata[name];
  }
  metadata.application_type = 'native';
  metadata.token_endpoint_auth_method = 'none';
  metadata.client_name = displayName(metadata.client_name);
  metadata.scope = allowedScope(metadata.scope);
  metadata[SELF_REGISTERED] = true;
}

function checkRedirectUris(uris: unknown, listed: ReadonlySet<string>): void {
  if (!Array.isArray(uris) || uris.length === 0) {
    throw new errors.InvalidRedirectUri('redirect_uris is mandatory');
  }
  if (uris.length > MAX_REDIRECT_URIS) {
    throw new errors.InvalidRedirectUri(
      `at most ${MAX_REDIRECT_URIS} redirect_uris can be registered`,
    );
  }
  for (const uri of uris) {
    if (typeof uri !== 'string' || !(isLoopback(uri) || listed.has(uri))) {
      throw new errors.InvalidRedirectUri(
        'redirect_uris must be http addresses on loopback, or be listed by the operator (stoa.devIdentity.redirectUris)',
      );
    }
  }
}

function isLoopback(uri: string): boolean {
  const url = URL.parse(uri);
  return (
    url?.protocol === 'http:' &&
    LOOPBACK.has(url.hostname) &&
    !url.username &&
    !url.password
  );
}

function displayName(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const printable = name.replace(UNPRINTABLE, '').trim();
  return printable.slice(0, MAX_NAME_LENGTH) || undefined;
}

function allowedScope(scope: unknown): string {
  if (scope === undefined) return [...ALLOWED_SCOPES].join(' ');
  const asked = String(scope).split(' ').filter(Boolean);
  const refused = asked.filter(name => !ALLOWED_SCOPES.has(name));
  if (refused.length > 0) {
    throw new errors.InvalidClientMetadata(
      `a client that registers itself cannot have the scope ${refused[0]}`,
    );
  }
  return asked.join(' ');
}
