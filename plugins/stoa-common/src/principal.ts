/** Roles a person or program can hold inside one tenant, strongest first. */
export const TENANT_ROLES = ['tenant-admin', 'devops', 'viewer'] as const;
export type TenantRole = (typeof TENANT_ROLES)[number];

/** The only role that is global. */
export const PLATFORM_ROLE = 'cpi-admin';

/**
 * Who is asking. Everything that is decided, is decided about a Principal.
 *
 * `subject` is the immutable OIDC `sub` of a person or program; for a Backstage
 * plugin it is `plugin:<id>`. `scopes` are already expanded (see `expandScopes`);
 * a session of the web interface carries all of them.
 */
export interface Principal {
  readonly subject: string;
  readonly kind: 'user' | 'service' | 'apiKey';
  readonly name?: string;
  readonly email?: string;
  readonly clientId?: string;
  readonly platformAdmin: boolean;
  readonly grants: Readonly<Record<string, readonly TenantRole[]>>;
  readonly scopes: readonly string[];
  /** Other subjects behind which the same person is: service accounts that they made, or who made this one. */
  readonly aliases?: readonly string[];
}

/** Whether a subject is the principal's, or that of a program behind which the same person is. */
export function isSamePerson(
  { subject, aliases }: Pick<Principal, 'subject' | 'aliases'>,
  other: string,
): boolean {
  return other === subject || (aliases?.includes(other) ?? false);
}

/** True when the principal holds any role in the tenant; says nothing about what it may do there. */
export function isMember(principal: Principal, tenantId: string): boolean {
  return (
    Object.hasOwn(principal.grants, tenantId) &&
    principal.grants[tenantId].length > 0
  );
}
