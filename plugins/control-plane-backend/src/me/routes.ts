import { Action, Principal, Schema } from '@stoa/plugin-stoa-common';
import { PolicyEngine, policyInput } from '@stoa/plugin-stoa-node';
import { route } from '../http/route';
import { PeopleStore } from '../people/PeopleStore';
import { TenantStore } from '../tenants/TenantStore';

export const meRoutes = (deps: {
  tenants: TenantStore;
  people: PeopleStore;
  policy: PolicyEngine;
}) => {
  const may = async (principal: Principal, action: Action, tenantId?: string) =>
    (await deps.policy.decide(policyInput(principal, action, { tenantId })))
      .allow;

  const tenantsOf = async (
    principal: Principal,
  ): Promise<Schema<'Me'>['tenants']> => {
    const filter = principal.platformAdmin
      ? 'all'
      : { tenants: Object.keys(principal.grants) };
    const { items } = await deps.tenants.list(filter, { limit: 100 });
    return Promise.all(
      items.map(async tenant => ({
        id: tenant.id,
        display_name: tenant.display_name,
        roles: [...(principal.grants[tenant.id] ?? [])],
        permissions: {
          create_api: await may(principal, 'stoa.api.create', tenant.id),
          create_toolset: await may(
            principal,
            'stoa.toolset.create',
            tenant.id,
          ),
          decide_subscription: await may(
            principal,
            'stoa.subscription.decide',
            tenant.id,
          ),
          deploy: await may(principal, 'stoa.deployment.create', tenant.id),
          read_audit: await may(principal, 'stoa.audit.read', tenant.id),
        },
      })),
    );
  };

  return route('getMe', {
    resource: () => ({}),
    handler: async ({ principal }) => {
      const profile = await deps.people.name(principal.subject);
      return {
        body: {
          subject: principal.subject,
          kind: principal.kind,
          name: principal.name ?? profile.name,
          email: principal.email ?? profile.email,
          platform_admin: principal.platformAdmin,
          tenants: await tenantsOf(principal),
          scopes: [...principal.scopes],
          permissions: {
            create_application: await may(principal, 'stoa.application.create'),
          },
        },
      };
    },
  });
};
