/** What a path of the Git repository belongs to. */
export type Target =
  | { readonly kind: 'tenant'; readonly tenantId: string }
  | { readonly kind: 'api'; readonly tenantId: string; readonly apiId: string };

/** Layout of the repository: `tenants/<t>/tenant.yaml`, `tenants/<t>/apis/<a>/…`. */
export function targetOf(path: string): Target | undefined {
  const [root, tenantId, second, apiId, file] = path.split('/');
  if (root !== 'tenants' || !tenantId) return undefined;
  if (second === 'tenant.yaml' && apiId === undefined)
    return { kind: 'tenant', tenantId };
  if (second === 'apis' && apiId && file)
    return { kind: 'api', tenantId, apiId };
  return undefined;
}

export function tenantFolder(tenantId: string): string {
  return `tenants/${tenantId}`;
}

export function apiFolder(tenantId: string, apiId: string): string {
  return `tenants/${tenantId}/apis/${apiId}`;
}

/** The distinct things that a set of changed paths touches: tenants first, as their APIs need them. */
export function targetsOf(paths: readonly string[]): Target[] {
  const found = new Map<string, Target>();
  for (const path of paths) {
    const target = targetOf(path);
    if (target) found.set(JSON.stringify(target), target);
  }
  const rank = (target: Target) => (target.kind === 'tenant' ? 0 : 1);
  return [...found.values()].sort((a, b) => rank(a) - rank(b));
}
