import {
  DEFAULT_NAMESPACE,
  Entity,
  parseEntityRef,
  RELATION_MEMBER_OF,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { EntitiesSearchFilter } from '@backstage/plugin-catalog-node';
import { PermissionCriteria } from '@backstage/plugin-permission-common';
import { createPermissionRule } from '@backstage/plugin-permission-node';
import {
  IS_IN_TENANTS,
  LABEL_VISIBILITY,
  TENANT_ROLES,
} from '@stoa/plugin-stoa-common';
import { z } from 'zod';
import { catalogEntityPermissionResourceRef } from '../alpha';

const paramsSchema = z.object({
  tenants: z.array(z.string()).describe('Tenants the reader is a member of'),
  self: z
    .string()
    .regex(/^user:[^:/]+\/[^:/]+$/)
    .describe('Entity ref of the reader'),
});

/** The catalog's search table is in lower case, keys and values. */
const lower = (text: string) => text.toLocaleLowerCase('en-US');

function groupsOf(tenants: readonly string[]): string[] {
  return tenants.flatMap(tenant =>
    TENANT_ROLES.map(role => lower(`group:${tenant}/${role}`)),
  );
}

/**
 * Which entities a reader sees: public ones, those in the namespaces of their
 * tenants, themselves, and the people of their tenants. `apply` and `toQuery` say
 * the same, in memory and in SQL.
 */
export const isInTenants = createPermissionRule({
  name: IS_IN_TENANTS.name,
  description:
    'Allows entities that are public, belong to the tenants, or are people of them',
  resourceRef: catalogEntityPermissionResourceRef,
  paramsSchema,

  apply(entity, { tenants, self }) {
    const namespace = lower(entity.metadata.namespace ?? DEFAULT_NAMESPACE);
    return (
      lower(entity.metadata.labels?.[LABEL_VISIBILITY] ?? '') === 'public' ||
      tenants.some(tenant => lower(tenant) === namespace) ||
      stringifyEntityRef(entity) === lower(self) ||
      isPersonOf(entity, tenants)
    );
  },

  toQuery({ tenants, self }) {
    const { namespace, name } = parseEntityRef(self);
    return {
      anyOf: [
        { key: `metadata.labels.${LABEL_VISIBILITY}`, values: ['public'] },
        {
          allOf: [
            { key: 'kind', values: ['user'] },
            { key: 'metadata.namespace', values: [namespace] },
            { key: 'metadata.name', values: [name] },
          ],
        },
        ...(tenants.length > 0 ? inTenants(tenants) : []),
      ],
    };
  },
});

function inTenants(
  tenants: readonly string[],
): PermissionCriteria<EntitiesSearchFilter>[] {
  return [
    { key: 'metadata.namespace', values: [...tenants] },
    {
      allOf: [
        { key: 'kind', values: ['user'] },
        { key: `relations.${RELATION_MEMBER_OF}`, values: groupsOf(tenants) },
      ],
    },
  ];
}

function isPersonOf(entity: Entity, tenants: readonly string[]): boolean {
  const groups = new Set(groupsOf(tenants));
  return (
    lower(entity.kind) === 'user' &&
    (entity.relations ?? []).some(
      ({ type, targetRef }) =>
        type === RELATION_MEMBER_OF && groups.has(lower(targetRef)),
    )
  );
}
