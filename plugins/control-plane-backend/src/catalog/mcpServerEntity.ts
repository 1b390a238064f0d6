import {
  ANNOTATION_MCP_SERVER,
  LABEL_STATUS,
  LABEL_TENANT,
  LABEL_VISIBILITY,
} from '@stoa/plugin-stoa-common';
import { createHash } from 'node:crypto';
import { McpServerRecord, mcpPath } from '../mcp-servers/rows';
import { EntityItem } from './entities';

/** Longest name that the catalog takes. */
const ENTITY_NAME_MAX = 63;
/** No id of an API has a dot in it, so that a server and an API may have the same id. */
const SERVER_SUFFIX = '.mcp';

/**
 * An MCP server in its tenant's namespace, by the catalog's model for them: an API
 * of the type `mcp-server` with the address that clients connect to.
 */
export function mcpServerEntity(
  server: McpServerRecord,
  baseUrl: string,
): EntityItem {
  const { tenantId, slug, isPublic } = server;
  return {
    ref: mcpServerEntityRef(tenantId, slug),
    value: {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'API',
      metadata: {
        name: mcpServerEntityName(slug),
        namespace: tenantId,
        title: server.name,
        ...(server.description && { description: server.description }),
        labels: {
          [LABEL_TENANT]: tenantId,
          [LABEL_VISIBILITY]: isPublic ? 'public' : 'private',
          [LABEL_STATUS]: server.status,
        },
        annotations: { [ANNOTATION_MCP_SERVER]: server.id },
        tags: ['mcp'],
      },
      spec: {
        type: 'mcp-server',
        lifecycle: server.isServed ? 'production' : 'experimental',
        owner: `group:${tenantId}/tenant-admin`,
        system: `system:${tenantId}/${tenantId}`,
        remotes: [{ type: 'streamable-http', url: baseUrl + mcpPath(server) }],
      },
    },
  };
}

export function mcpServerEntityRef(tenantId: string, slug: string): string {
  return `api:${tenantId}/${mcpServerEntityName(slug)}`;
}

/** A slug that is too long with the suffix is cut and told apart by a hash of it. */
function mcpServerEntityName(slug: string): string {
  if (slug.length + SERVER_SUFFIX.length <= ENTITY_NAME_MAX)
    return slug + SERVER_SUFFIX;
  const hash = createHash('sha256').update(slug).digest('hex').slice(0, 8);
  const kept = slug.slice(0, ENTITY_NAME_MAX - SERVER_SUFFIX.length - 9);
  return `${kept}_${hash}${SERVER_SUFFIX}`;
}
