const SLUG = /^[a-z0-9](-?[a-z0-9])*$/;
const RESERVED = new Set(
  'default system platform public admin api v1 t sse message'.split(' '),
);

/** What can be done without an id, at the addresses of the control plane. */
const BESIDE_IDS = new Set(['validate', 'import', 'preview']);

/** Longest tenant id; Kubernetes namespaces add a prefix and an environment to it. */
export const TENANT_ID_MAX = 40;
export const API_ID_MAX = 63;

/** `^[a-z0-9](-?[a-z0-9])*$`, at most 40 characters, no reserved word, no `kube-` or `stoa-` prefix. */
export function isTenantId(value: string): boolean {
  return value.length <= TENANT_ID_MAX && isFreeSlug(value);
}

/** By the same rule as a tenant id, but at most 63 characters, and no word that stands in its place in an address. */
export function isApiId(value: string): boolean {
  return (
    value.length <= API_ID_MAX && isFreeSlug(value) && !BESIDE_IDS.has(value)
  );
}

function isFreeSlug(value: string): boolean {
  return (
    SLUG.test(value) &&
    !RESERVED.has(value) &&
    !value.startsWith('kube-') &&
    !value.startsWith('stoa-')
  );
}

/** `dev`, `staging`, `production`, in the order of promotion. */
export const ENVIRONMENTS = ['dev', 'staging', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];
