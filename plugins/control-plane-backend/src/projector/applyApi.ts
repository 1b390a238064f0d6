import { Action } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { isDeepStrictEqual } from 'node:util';
import { v5 as uuidV5, v7 as uuid } from 'uuid';
import { problemOf } from '../api-policies/check';
import { lockVersion, toApi } from '../apis/ApiStore';
import { apiEntity, apiEntityRef } from '../catalog/entities';
import { searchText } from '../database/search';
import { Tx } from '../database/UnitOfWork';
import { iso, now } from '../database/values';
import { ApiManifest } from './manifests';
import { apiFolder } from './paths';
import { quarantine, release } from './quarantine';

/** Namespace of event ids made from (commit, path, type): the same change, the same id. */
export const EVENT_NAMESPACE = '6f6c1f0e-5d0c-5c6e-9f2a-6b1d2c3e4f50';

/** A definition above this, in bytes, is not copied to the catalog. */
const CATALOG_DEFINITION_MAX = 64 * 1024;

export interface ApiContent {
  readonly tenantId: string;
  readonly apiId: string;
  readonly manifest: ApiManifest;
  readonly commit: string;
  readonly treeId: string;
  readonly definition: {
    readonly bytes: Buffer;
    readonly hash: string;
    readonly specVersion: string;
    readonly operationCount: number;
  };
}

/** Anybody signed in may see it: published, public, and its tenant shows itself. */
export function isPublicApi(
  api: { status: string; visibility: string },
  tenant: { portal_visibility: string; status: string },
): boolean {
  return (
    api.visibility === 'public' &&
    (api.status === 'published' || api.status === 'deprecated') &&
    tenant.portal_visibility === 'public' &&
    tenant.status === 'active'
  );
}

/** Brings an API's rows, event, feed item and audit to what Git says, or sets the content aside. */
export async function applyApi(tx: Tx, content: ApiContent): Promise<void> {
  const { tenantId, apiId, commit, definition } = content;
  const { spec } = content.manifest;
  const folder = apiFolder(tenantId, apiId);
  const where = { tenant_id: tenantId, api_id: apiId };

  const tenant = await tx.db('tenants').where({ id: tenantId }).first();
  if (!tenant) {
    await quarantine(
      tx,
      tenantId,
      folder,
      commit,
      'its tenant has no tenant.yaml',
    );
    return;
  }
  const standing = await lockVersion(tx.db, tenantId, apiId, spec.version);
  if (standing?.frozen && standing.definitionHash !== definition.hash) {
    await quarantine(
      tx,
      tenantId,
      folder,
      commit,
      `version ${spec.version} is frozen; give the change a new version`,
    );
    return;
  }
  const wrong = await problemOf(tx.db, 'spec.policies', spec.policies);
  if (wrong) {
    await quarantine(tx, tenantId, folder, commit, wrong);
    return;
  }
  await release(tx, tenantId, folder);

  const known = await tx.db('apis').where(where).first();
  const live = known && known.deleted_at === null;
  const row = {
    display_name: spec.displayName,
    version: spec.version,
    description: spec.description ?? null,
    status: spec.status,
    visibility: spec.visibility,
    owner: spec.owner ?? null,
    category: spec.category ?? null,
    tags: JSON.stringify(spec.tags),
    plans: JSON.stringify(spec.plans),
    policies: JSON.stringify(spec.policies),
    environments: JSON.stringify(spec.environments),
    sunset: sunsetOf(spec),
    successor: spec.deprecation?.successor ?? null,
    search_text: searchText(
      apiId,
      spec.displayName,
      spec.description,
      ...spec.tags,
    ),
    definition_hash: definition.hash,
    spec_version: definition.specVersion,
    operation_count: definition.operationCount,
    catalog_definition:
      definition.bytes.length <= CATALOG_DEFINITION_MAX
        ? definition.bytes.toString('utf8')
        : null,
    deleted_at: null,
    tree_id: content.treeId,
    commit,
    aggregate_version: (known?.aggregate_version ?? 0) + 1,
    updated_at: now(),
  };
  if (known) await tx.db('apis').where(where).update(row);
  else
    await tx
      .db('apis')
      .insert({ id: uuid(), ...where, ...row, created_at: now() });
  const version = { commit, definition_hash: definition.hash };
  await tx
    .db('api_versions')
    .insert({
      ...where,
      version: spec.version,
      ...version,
      frozen: false,
      created_at: now(),
    })
    .onConflict(['tenant_id', 'api_id', 'version'])
    .merge(version);

  const type = live ? 'api-updated' : 'api-created';
  await tx.event({
    topic: type,
    type,
    tenantId,
    aggregate: `api:${tenantId}/${apiId}`,
    aggregateVersion: row.aggregate_version,
    eventId: uuidV5(`${commit}:${folder}:${type}`, EVENT_NAMESPACE),
    payload: {
      api_id: apiId,
      api_name: spec.displayName,
      version: spec.version,
      status: spec.status,
      created_by: tx.actor.principal.subject,
    },
  });
  const ending = [row.status, row.sunset, row.successor];
  const before = known && [
    known.status,
    known.sunset && iso(known.sunset),
    known.successor,
  ];
  if (
    live &&
    spec.status === 'deprecated' &&
    !isDeepStrictEqual(ending, before)
  )
    await tellDeprecated(tx, content, row.aggregate_version);
  await tx.audit({
    tenantId,
    action: actionOf(live ? known.status : undefined, spec.status),
    resource: `api:${tenantId}/${apiId}`,
    outcome: 'success',
    details: { commit, version: spec.version, status: spec.status },
  });
  const api = toApi(await tx.db('apis').where(where).first());
  const entity = apiEntity({
    ...api,
    isPublic: isPublicApi(api, tenant),
    definition: api.catalogDefinition,
  });
  await tx.feed({
    tenantId,
    kind: 'entity',
    op: 'put',
    key: entity.ref,
    value: entity.value,
  });
}

/** Tells subscribers that the API will end, when, and what comes after it. */
async function tellDeprecated(
  tx: Tx,
  { tenantId, apiId, commit, manifest: { spec } }: ApiContent,
  aggregateVersion: number,
): Promise<void> {
  const sunset = sunsetOf(spec);
  const successor = spec.deprecation?.successor;
  await tx.event({
    topic: 'api-updated',
    type: 'api-deprecated',
    tenantId,
    aggregate: `api:${tenantId}/${apiId}`,
    aggregateVersion,
    eventId: uuidV5(
      `${commit}:${apiFolder(tenantId, apiId)}:api-deprecated`,
      EVENT_NAMESPACE,
    ),
    payload: {
      api_id: apiId,
      api_name: spec.displayName,
      version: spec.version,
      ...(sunset && { sunset }),
      ...(successor && { successor }),
    },
  });
}

function sunsetOf({ deprecation }: ApiManifest['spec']): string | null {
  return deprecation?.sunset
    ? new Date(deprecation.sunset).toISOString()
    : null;
}

/** What a change of the manifest was, in the words of the policy. */
function actionOf(before: string | undefined, after: string): Action {
  if (before === undefined) return 'stoa.api.create';
  return before === 'draft' && after === 'published'
    ? 'stoa.api.publish'
    : 'stoa.api.update';
}

/** The API is gone from Git. One that is still used keeps its row until nobody uses it. */
export async function applyApiRemoval(
  tx: Tx,
  tenantId: string,
  apiId: string,
  commit: string,
): Promise<void> {
  const where = { tenant_id: tenantId, api_id: apiId };
  const folder = apiFolder(tenantId, apiId);
  const known = await tx
    .db('apis')
    .where(where)
    .whereNull('deleted_at')
    .first();
  if (!known) {
    await release(tx, tenantId, folder);
    return;
  }
  if (await isInUse(tx.db, tenantId, apiId)) {
    await quarantine(
      tx,
      tenantId,
      folder,
      commit,
      'it was removed while it has subscriptions, deployments or tools',
    );
    return;
  }
  await release(tx, tenantId, folder);
  const version = known.aggregate_version + 1;
  await tx.db('apis').where(where).update({
    deleted_at: now(),
    updated_at: now(),
    aggregate_version: version,
  });
  await tx.event({
    topic: 'api-deleted',
    type: 'api-deleted',
    tenantId,
    aggregate: `api:${tenantId}/${apiId}`,
    aggregateVersion: version,
    eventId: uuidV5(`${commit}:${folder}:api-deleted`, EVENT_NAMESPACE),
    payload: {
      api_id: apiId,
      api_name: known.display_name,
      version: known.version,
    },
  });
  await tx.audit({
    tenantId,
    action: 'stoa.api.delete',
    resource: `api:${tenantId}/${apiId}`,
    outcome: 'success',
    details: { commit },
  });
  await tx.feed({
    tenantId,
    kind: 'entity',
    op: 'delete',
    key: apiEntityRef(tenantId, apiId),
  });
}

/** Whether somebody is subscribed to the API, can call it, or has tools made from it. */
export async function isInUse(
  db: Knex,
  tenantId: string,
  apiId: string,
): Promise<boolean> {
  const where = { tenant_id: tenantId, api_id: apiId };
  const route = await db('runtime_routes').where(where).first('deployment_id');
  const subscription = await db('subscriptions')
    .where(where)
    .whereIn('status', ['pending', 'active', 'suspended'])
    .first('id');
  const deployment = await db('deployments')
    .where(where)
    .whereIn('status', ['pending', 'running'])
    .first('id');
  const toolSet = await db('mcp_servers')
    .where(where)
    .whereNull('deleted_at')
    .first('id');
  return Boolean(route || subscription || deployment || toolSet);
}
