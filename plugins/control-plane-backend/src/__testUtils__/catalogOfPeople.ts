import { Entity, parseEntityRef } from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { Knex } from 'knex';
import { userEntity } from '../catalog/entities';

type GetEntitiesRequest = Parameters<CatalogService['getEntities']>[0];
type GetEntitiesByRefsRequest = Parameters<
  CatalogService['getEntitiesByRefs']
>[0];

/** A catalog that has taken in everybody whom the control plane has met. */
export function catalogOfPeople(knex: Knex): CatalogService {
  const current = async () => {
    const [people, grants] = await Promise.all([
      knex('people').select(),
      knex('person_grants').select(),
    ]);
    const entities = people.map(row => {
      const own = grants.filter(grant => grant.subject === row.subject);
      const roles: Record<string, any[]> = {};
      for (const { tenant_id: tenant, role } of own)
        (roles[tenant] ??= []).push(role);
      const { value } = userEntity({
        subject: row.subject,
        name: row.name ?? row.subject,
        email: row.email ?? undefined,
        language: row.language ?? undefined,
        platformAdmin: Boolean(row.platform_admin),
        grants: roles,
      });
      return withGroups(value as unknown as Entity);
    });
    return catalogServiceMock({ entities });
  };
  return Object.assign(catalogServiceMock(), {
    getEntities: async (request: GetEntitiesRequest) =>
      (await current()).getEntities(request),
    getEntitiesByRefs: async (request: GetEntitiesByRefsRequest) =>
      (await current()).getEntitiesByRefs(request),
  });
}

/** Relations, which the catalog makes of `memberOf`. */
function withGroups(entity: Entity): Entity {
  const groups = (entity.spec?.memberOf ?? []) as string[];
  return {
    ...entity,
    relations: groups.map(targetRef => ({
      type: 'memberOf',
      targetRef,
      target: parseEntityRef(targetRef),
    })),
  };
}
