import {
  LABEL_STATUS,
  LABEL_TENANT,
  LABEL_VISIBILITY,
  PLATFORM_ROLE,
  TENANT_ROLES,
} from '@stoa/plugin-stoa-common';
import { Person, userEntityRefOf } from '@stoa/plugin-stoa-node';

/** A catalog entity and the ref under which the feed carries it. */
export interface EntityItem {
  readonly ref: string;
  readonly value: Record<string, unknown>;
}

export interface ApiEntityInput {
  readonly tenantId: string;
  readonly apiId: string;
  readonly displayName: string;
  readonly description?: string;
  readonly version: string;
  readonly status: string;
  readonly tags: readonly string[];
  /** True when anybody signed in may see it. */
  readonly isPublic: boolean;
  readonly definition?: string;
}

/** Of a person: the language they read, as in `en`. */
export const ANNOTATION_LANGUAGE = 'stoa.cab-i.com/language';

/** A definition above this is left to the portal: the catalog stays thin. */
const DEFINITION_MAX = 64 * 1024;

const LIFECYCLE: Readonly<Record<string, string>> = {
  draft: 'experimental',
  published: 'production',
  deprecated: 'deprecated',
  retired: 'deprecated',
};

/** The API in its tenant's namespace, so that two tenants' names never meet. */
export function apiEntity(api: ApiEntityInput): EntityItem {
  const small =
    api.definition !== undefined && api.definition.length <= DEFINITION_MAX;
  return {
    ref: apiEntityRef(api.tenantId, api.apiId),
    value: {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'API',
      metadata: {
        name: api.apiId,
        namespace: api.tenantId,
        title: api.displayName,
        ...(api.description && { description: api.description }),
        labels: {
          [LABEL_TENANT]: api.tenantId,
          [LABEL_VISIBILITY]: api.isPublic ? 'public' : 'private',
          [LABEL_STATUS]: api.status,
        },
        annotations: { 'stoa.cab-i.com/version': api.version },
        tags: [...api.tags],
      },
      spec: {
        type: 'openapi',
        lifecycle: LIFECYCLE[api.status] ?? 'experimental',
        owner: `group:${api.tenantId}/tenant-admin`,
        system: `system:${api.tenantId}/${api.tenantId}`,
        definition: small
          ? api.definition
          : JSON.stringify({
              openapi: '3.0.3',
              info: {
                title: api.displayName,
                version: api.version,
                description:
                  'This document is large: open the API in the portal to read it.',
              },
              paths: {},
            }),
      },
    },
  };
}

export function apiEntityRef(tenantId: string, apiId: string): string {
  return `api:${tenantId}/${apiId}`;
}

/** A tenant as a system, with one group per role. */
export function tenantEntities(tenant: {
  readonly id: string;
  readonly displayName: string;
  readonly description?: string;
  readonly isPublic: boolean;
}): EntityItem[] {
  const labels = {
    [LABEL_TENANT]: tenant.id,
    [LABEL_VISIBILITY]: tenant.isPublic ? 'public' : 'private',
  };
  const system: EntityItem = {
    ref: `system:${tenant.id}/${tenant.id}`,
    value: {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'System',
      metadata: {
        name: tenant.id,
        namespace: tenant.id,
        title: tenant.displayName,
        ...(tenant.description && { description: tenant.description }),
        labels,
      },
      spec: { owner: `group:${tenant.id}/tenant-admin` },
    },
  };
  const groups = TENANT_ROLES.map(
    (role): EntityItem => ({
      ref: `group:${tenant.id}/${role}`,
      value: {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Group',
        metadata: {
          name: role,
          namespace: tenant.id,
          title: `${tenant.displayName} – ${role}`,
          labels: { ...labels, [LABEL_VISIBILITY]: 'private' },
        },
        spec: { type: 'role', children: [] },
      },
    }),
  );
  return [system, ...groups];
}

/** The group of platform administrators. */
export function platformEntities(): EntityItem[] {
  return [
    {
      ref: `group:default/${PLATFORM_ROLE}`,
      value: {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Group',
        metadata: {
          name: PLATFORM_ROLE,
          namespace: 'default',
          title: 'Platform administrators',
          labels: { [LABEL_VISIBILITY]: 'private' },
        },
        spec: { type: 'role', children: [] },
      },
    },
  ];
}

/** A person, member of the groups of their roles. */
export function userEntity(person: Person): EntityItem {
  const ref = userEntityRefOf(person.subject);
  const groups = Object.entries(person.grants).flatMap(([tenantId, roles]) =>
    roles.map(role => `group:${tenantId}/${role}`),
  );
  return {
    ref,
    value: {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'User',
      metadata: {
        name: ref.slice('user:default/'.length),
        namespace: 'default',
        title: person.name,
        labels: { [LABEL_VISIBILITY]: 'private' },
        ...(person.language && {
          annotations: { [ANNOTATION_LANGUAGE]: person.language },
        }),
      },
      spec: {
        profile: {
          displayName: person.name,
          ...(person.email && { email: person.email }),
        },
        memberOf: [
          ...groups,
          ...(person.platformAdmin ? [`group:default/${PLATFORM_ROLE}`] : []),
        ],
      },
    },
  };
}
