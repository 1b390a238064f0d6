import { notFound } from '@stoa/plugin-stoa-common';
import { PolicyResource } from '@stoa/plugin-stoa-node';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { ApplicationService, WithCredentials } from './ApplicationService';
import { ownerRefsOf, policyOwner } from './ApplicationStore';

export const applicationRoutes = (
  service: ApplicationService,
  tenants: TenantStore,
) => {
  const { store } = service.deps;
  const byId = {
    what: 'application',
    resource: async (call: {
      params: { application_id: string };
    }): Promise<PolicyResource> => ({
      owners: [
        policyOwner((await service.get(call.params.application_id)).owner_ref),
      ],
    }),
  };
  return {
    ...route('listApplications', {
      resource: () => ({}),
      handler: async ({ principal, query }) => ({
        body: await store.list(ownerRefsOf(principal), query),
      }),
    }),
    ...route('createApplication', {
      resource: () => ({}),
      redact: withoutSecret,
      handler: async ({ actor, body }) => ({
        status: 201,
        body: toWire(await service.create(actor, body)),
      }),
    }),
    ...route('regenerateApplicationCredentials', {
      ...byId,
      redact: withoutSecret,
      handler: async ({ actor, params }) => ({
        body: toWire(
          await service.regenerate(
            actor,
            await service.get(params.application_id),
          ),
        ),
      }),
    }),
    ...route('listTenantApplications', {
      handler: async ({ params: { tenant_id: id }, query }) => {
        if (!(await tenants.get(id))) throw notFound('tenant');
        return { body: await store.listOfTenant(id, query) };
      },
    }),
    ...route('getApplication', {
      ...byId,
      handler: async ({ params }) => ({
        body: await service.get(params.application_id),
      }),
    }),
    ...route('updateApplication', {
      ...byId,
      handler: async ({ actor, params, body }) => ({
        body: await service.update(
          actor,
          await service.get(params.application_id),
          body,
        ),
      }),
    }),
    ...route('deleteApplication', {
      ...byId,
      handler: async ({ actor, params }) => {
        await service.remove(actor, await service.get(params.application_id));
        return {};
      },
    }),
  };
};

function toWire({ application, credentials }: WithCredentials) {
  return {
    ...application,
    ...(credentials && {
      credentials: {
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret as string | null,
      },
    }),
  };
}

/** An answer that is given again does not tell the secret again. */
function withoutSecret<
  B extends { credentials?: { client_secret: string | null } },
>(body: B): B {
  return {
    ...body,
    ...(body.credentials && {
      credentials: { ...body.credentials, client_secret: null },
      replayed: true,
    }),
  };
}
