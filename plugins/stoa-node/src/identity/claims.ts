import { PLATFORM_ROLE, TENANT_ROLES } from '@stoa/plugin-stoa-common';
import { createHash } from 'node:crypto';
import { Grants, grantsFromOwnershipRefs } from './grants';
import { Issuer } from './issuers';

export type Claims = Readonly<Record<string, unknown>>;

const ENTITY_NAME = /^[a-z0-9]([a-z0-9_.-]{0,61}[a-z0-9])?$/;
const GROUP_PATH = /^\/tenants\/([^/]+)\/([^/]+)$/;

/**
 * The subject that a `sub` of this issuer has on the platform. It is also the name
 * of the person's User entity, so what cannot be an entity name, or differs from
 * another only in letter case, is replaced by a hash. A `sub` is unique only
 * within its issuer: for any issuer but the home one the hash covers both, so
 * that no other issuer can name somebody whom the home issuer knows.
 */
export function subjectOf(issuer: Issuer, sub: string): string {
  if (!issuer.home) return hash(`${issuer.issuer}\n${sub}`);
  return ENTITY_NAME.test(sub) ? sub : hash(sub);
}

/** Likewise, but a client of the home issuer keeps its id, whatever characters it has. */
export function clientIdOf(issuer: Issuer, clientId: string): string {
  return issuer.home ? clientId : hash(`${issuer.issuer}\n${clientId}`);
}

/** The catalog's name for a subject. */
export function userEntityRefOf(subject: string): string {
  return `user:default/${subject}`;
}

/**
 * What the claims grant, cut to what the issuer may speak for. Groups are
 * `/tenants/<id>/<role>`. The flat form (realm roles beside a `tenant_id` claim)
 * counts only without such groups and with exactly one tenant; otherwise a role
 * held in one tenant would become a role in another.
 */
export function grantsFromClaims(issuer: Issuer, claims: Claims): Grants {
  const roles = strings(at(claims, issuer.claims.roles));
  const groups = strings(at(claims, issuer.claims.groups)).flatMap(group => {
    const [, tenant, role] = GROUP_PATH.exec(group) ?? [];
    return tenant ? [{ tenant, role }] : [];
  });
  const held = groups.length > 0 ? groups : flatForm(claims, roles);

  const allowed = held.filter(
    ({ tenant }) => issuer.tenants?.includes(tenant) ?? true,
  );
  const refs = allowed.map(({ tenant, role }) => `group:${tenant}/${role}`);
  if (!issuer.tenants && roles.includes(PLATFORM_ROLE)) {
    refs.push(`group:default/${PLATFORM_ROLE}`);
  }
  return grantsFromOwnershipRefs(refs);
}

function flatForm(claims: Claims, roles: readonly string[]) {
  const tenants = strings(at(claims, 'tenant_id'));
  if (tenants.length !== 1) return [];
  return TENANT_ROLES.filter(role => roles.includes(role)).map(role => ({
    tenant: tenants[0],
    role,
  }));
}

function at(claims: Claims, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        value !== null &&
        typeof value === 'object' &&
        Object.hasOwn(value, name)
          ? (value as Claims)[name]
          : undefined,
      claims,
    );
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is string => typeof item === 'string');
}

function hash(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 40);
}
