/** What a path of the Git repository belongs to. */
export type Target =
  | { readonly kind: 'tenant'; readonly tenantId: string }
  | { readonly kind: 'api'; readonly tenantId: string; readonly apiId: string }
  | {
      readonly kind: 'toolset';
      readonly tenantId: string;
      readonly toolSetId: string;
    }
  | { readonly kind: 'policy'; readonly name: string };

/**
 * Layout of the repository: `tenants/<t>/tenant.yaml`, `tenants/<t>/apis/<a>/…`,
 * `tenants/<t>/toolsets/<s>.yaml`, and for all tenants `webmethods/policies/<name>.yaml`.
 */
export function targetOf(path: string): Target | undefined {
  const [root, tenantId, second, third, file] = path.split('/');
  if (root === 'webmethods') return policyOf(path);
  if (root !== 'tenants' || !tenantId) return undefined;
  if (second === 'tenant.yaml' && third === undefined)
    return { kind: 'tenant', tenantId };
  if (second === 'apis' && third && file)
    return { kind: 'api', tenantId, apiId: third };
  const toolSetId = /^(.+)\.yaml$/.exec(third ?? '')?.[1];
  if (second === 'toolsets' && toolSetId && file === undefined)
    return { kind: 'toolset', tenantId, toolSetId };
  return undefined;
}

/** The folder or file that a target is kept in. */
export function pathOf(target: Target): string {
  switch (target.kind) {
    case 'tenant':
      return tenantFolder(target.tenantId);
    case 'policy':
      return policyPath(target.name);
    case 'api':
      return apiFolder(target.tenantId, target.apiId);
    default:
      return toolSetPath(target.tenantId, target.toolSetId);
  }
}

export function tenantFolder(tenantId: string): string {
  return `tenants/${tenantId}`;
}

export function tenantPath(tenantId: string): string {
  return `${tenantFolder(tenantId)}/tenant.yaml`;
}

export function apiFolder(tenantId: string, apiId: string): string {
  return `tenants/${tenantId}/apis/${apiId}`;
}

export function toolSetPath(tenantId: string, toolSetId: string): string {
  return `tenants/${tenantId}/toolsets/${toolSetId}.yaml`;
}

export function policyPath(name: string): string {
  return `webmethods/policies/${name}.yaml`;
}

/** Policies may be as the file is named, where that is a name. */
function policyOf(path: string): Target | undefined {
  const name = /^webmethods\/policies\/([a-z0-9](?:-?[a-z0-9])*)\.yaml$/.exec(
    path,
  )?.[1];
  return name && name.length <= 63 ? { kind: 'policy', name } : undefined;
}

/** The distinct things that a set of changed paths touches. */
export function targetsOf(paths: readonly string[]): Target[] {
  const found = new Map<string, Target>();
  for (const path of paths) {
    const target = targetOf(path);
    if (target) found.set(pathOf(target), target);
  }
  return [...found.values()];
}
