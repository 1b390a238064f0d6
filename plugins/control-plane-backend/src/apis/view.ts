import { Action, Principal, Schema } from '@stoa/plugin-stoa-common';
import { PolicyEngine, policyInput } from '@stoa/plugin-stoa-node';
import { ParsedDefinition } from '../definitions';
import { ApiComparison } from './ApiDocuments';
import { ImportPreview } from './ApiImport';
import { ApiRecord, DeployedRoute, gatewayPath } from './ApiStore';

/** What the caller may do with APIs of a tenant; asked once per tenant, not per row. */
export async function apiPermissions(
  policy: PolicyEngine,
  principal: Principal,
  tenantId: string,
): Promise<Schema<'Api'>['permissions']> {
  const may = async (action: Action) =>
    (await policy.decide(policyInput(principal, action, { tenantId }))).allow;
  return {
    update: await may('stoa.api.update'),
    delete: await may('stoa.api.delete'),
    publish: await may('stoa.api.publish'),
    deploy: await may('stoa.deployment.create'),
  };
}

/** An API as the console sees it. */
export function toWire(
  api: ApiRecord,
  routes: readonly DeployedRoute[],
  permissions: Schema<'Api'>['permissions'],
): Schema<'Api'> {
  return {
    id: api.id,
    tenant_id: api.tenantId,
    api_id: api.apiId,
    display_name: api.displayName,
    version: api.version,
    ...(api.description && { description: api.description }),
    status: api.status,
    visibility: api.visibility,
    ...(api.owner && { owner: api.owner }),
    ...(api.category && { category: api.category }),
    tags: [...api.tags],
    plans: [...api.plans],
    policies: [...api.policies],
    environments: api.environments.map(e => ({
      name: e.name,
      backend_url: e.backendUrl,
    })),
    ...((api.sunset || api.successor) && {
      deprecation: { sunset: api.sunset, successor: api.successor },
    }),
    definition_hash: api.definitionHash,
    spec_version: api.specVersion,
    operation_count: api.operationCount,
    deployed: routesOf(api, routes).map(route => ({
      environment: route.environment,
      version: route.version,
      deployment_id: route.deploymentId,
      gateway_path: gatewayPath(route),
    })),
    created_at: api.createdAt,
    updated_at: api.updatedAt,
    permissions,
  };
}

/** The routes of one API out of those of many. */
export function routesOf(
  api: ApiRecord,
  routes: readonly DeployedRoute[],
): DeployedRoute[] {
  return routes.filter(
    r => r.tenantId === api.tenantId && r.apiId === api.apiId,
  );
}

/** How a definition is sent: as it was given, with the hash of its bytes as ETag. */
export function definitionReply(definition: { bytes: Buffer; hash: string }) {
  const json = definition.bytes
    .subarray(0, 64)
    .toString('utf8')
    .trimStart()
    .startsWith('{');
  return {
    raw: definition.bytes,
    headers: {
      'Content-Type': json
        ? 'application/json; charset=utf-8'
        : 'application/yaml; charset=utf-8',
      ETag: `"${definition.hash}"`,
      'Cache-Control': 'private, no-cache',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "sandbox; default-src 'none'",
    },
  };
}

export function toDiff({ from, to, diff }: ApiComparison): Schema<'ApiDiff'> {
  const standing = (side: ApiComparison['from']) => ({
    ...(side.version && { version: side.version }),
    commit: side.commit,
    definition_hash: side.hash,
  });
  return {
    ...diff,
    from: standing(from),
    to: standing(to),
    operations: diff.operations.map(({ operationId, ...operation }) => ({
      ...operation,
      ...(operationId && { operation_id: operationId }),
      changes: [...operation.changes],
    })),
  };
}

/** How many operations, tools or problems are told. */
const TOLD = 500;

/** A document that is right, as the console shows it. */
export function toReport(report: ParsedDefinition): Schema<'DefinitionReport'> {
  return {
    valid: true,
    problems: [],
    spec_version: report.specVersion,
    title: report.title,
    version: report.version,
    description: report.description,
    operation_count: report.operations.length,
    operations: report.operations.slice(0, TOLD).map(o => ({
      operation_id: o.operationId,
      method: o.method,
      path: o.path,
      summary: o.summary,
    })),
  };
}

export function toPreview(preview: ImportPreview): Schema<'ApiPreview'> {
  const { made, problems, notes, ready, exists } = preview;
  const base = { ready, exists, notes: [...notes] };
  if (!made)
    return { ...base, document: { valid: false, problems: [...problems] } };
  const { tools, problems: faults } = made.compiled;
  return {
    ...base,
    document: toReport(made.report),
    api: made.draft,
    manifest: made.manifest,
    tool_count: tools.length,
    tools: tools.slice(0, TOLD).map(tool => ({
      operation: tool.operation,
      name: tool.name,
      title: tool.title,
      description: tool.description,
    })),
    tool_problems: faults.slice(0, TOLD).map(problem => ({ ...problem })),
  };
}
