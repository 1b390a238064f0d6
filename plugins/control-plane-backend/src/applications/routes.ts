import { PolicyResource } from '@stoa/plugin-stoa-node';
import { route } from '../http/route';
import { ApplicationService } from './ApplicationService';
import { ownerRefsOf, policyOwner } from './ApplicationStore';

export const applicationRoutes = (service: ApplicationService) => {
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
        body: await service.store.list(ownerRefsOf(principal), query),
      }),
    }),
    ...route('createApplication', {
      resource: () => ({}),
      handler: async ({ actor, body }) => ({
        status: 201,
        body: await service.create(actor, body),
      }),
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
