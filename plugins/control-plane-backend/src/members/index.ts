import { notFound } from '@stoa/plugin-stoa-common';
import { IdentityAdmin } from '@stoa/plugin-stoa-node';
import { listPage } from '../database/listPage';
import { UnitOfWork } from '../database/UnitOfWork';
import { route, Routes } from '../http/route';
import { PeopleStore } from '../people/PeopleStore';
import { TenantStore } from '../tenants/TenantStore';
import { MemberService } from './MemberService';

/** The people of a tenant. */
export function createMembers(options: {
  readonly unitOfWork: UnitOfWork;
  readonly people: PeopleStore;
  readonly tenants: TenantStore;
  readonly identityAdmin: IdentityAdmin;
}): { readonly routes: Routes } {
  const service = new MemberService(options);
  return {
    routes: {
      ...route('listMembers', {
        handler: async ({ params: { tenant_id: id }, query }) => {
          if (!(await options.tenants.get(id))) throw notFound('tenant');
          const members = await service.list(id);
          return { body: listPage(members, query, m => m.subject) };
        },
      }),
      ...route('addMember', {
        handler: async ({ actor, params, body }) => ({
          status: 201,
          body: await service.add(actor, params.tenant_id, body),
        }),
      }),
      ...route('setMemberRoles', {
        handler: async ({ actor, params, body }) => ({
          body: await service.set(
            actor,
            params.tenant_id,
            params.subject,
            body.roles,
          ),
        }),
      }),
      ...route('removeMember', {
        handler: async ({ actor, params }) => {
          await service.remove(actor, params.tenant_id, params.subject);
          return {};
        },
      }),
    },
  };
}
