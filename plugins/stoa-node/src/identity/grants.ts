import {
  isTenantId,
  PLATFORM_ROLE,
  TENANT_ROLES,
  TenantRole,
} from '@stoa/plugin-stoa-common';

/** What groups give: roles per tenant, strongest first, and the one global role. */
export interface Grants {
  readonly platformAdmin: boolean;
  readonly grants: Readonly<Record<string, readonly TenantRole[]>>;
}

const PLATFORM_GROUP = `group:default/${PLATFORM_ROLE}`;

/**
 * Turns the ownership refs of a Backstage identity into grants:
 * `group:<tenant>/<role>` and `group:default/cpi-admin`. Anything else, among it
 * tenants and roles that cannot exist, grants nothing.
 */
export function grantsFromOwnershipRefs(refs: Iterable<string>): Grants {
  const held = new Set(refs);
  const tenants = new Set<string>();
  for (const ref of held) {
    const tenant = /^group:([^/]+)\//.exec(ref)?.[1];
    if (tenant && isTenantId(tenant)) tenants.add(tenant);
  }
  const grants: [string, TenantRole[]][] = [...tenants]
    .sort()
    .map(tenant => [
      tenant,
      TENANT_ROLES.filter(role => held.has(`group:${tenant}/${role}`)),
    ]);
  return {
    platformAdmin: held.has(PLATFORM_GROUP),
    grants: Object.fromEntries(grants.filter(([, roles]) => roles.length > 0)),
  };
}

/** The inverse: the refs of the groups that a principal is in, as owners of entities are written. */
export function ownershipRefs({ platformAdmin, grants }: Grants): string[] {
  const refs = Object.entries(grants).flatMap(([tenant, roles]) =>
    roles.map(role => `group:${tenant}/${role}`),
  );
  return platformAdmin ? [...refs, PLATFORM_GROUP] : refs;
}
