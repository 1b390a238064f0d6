import { PolicyResource } from '@stoa/plugin-stoa-node';
import { route } from '../http/route';
import { DeploymentService } from './DeploymentService';
import { DeploymentStore, toWire } from './DeploymentStore';

export const deploymentRoutes = (deps: {
  service: DeploymentService;
  store: DeploymentStore;
}) => {
  const byId = {
    what: 'deployment',
    resource: async (call: {
      params: { deployment_id: string };
    }): Promise<PolicyResource> => {
      const deployment = await deps.service.get(call.params.deployment_id);
      return {
        tenantId: deployment.tenant_id,
        environment: deployment.environment,
      };
    },
  };
  return {
    ...route('createDeployment', {
      resourceOfBody: body => ({
        tenantId: body.tenant_id,
        environment: body.environment,
      }),
      handler: async ({ actor, body }) => ({
        status: 202,
        body: await deps.service.request(actor, {
          tenantId: body.tenant_id,
          apiId: body.api_id,
          version: body.version,
          environment: body.environment,
        }),
      }),
    }),
    ...route('listDeployments', {
      resource: ({ query }) => ({
        tenantId: (query as { tenant_id: string }).tenant_id,
      }),
      handler: async ({ query }) => {
        const { tenant_id, api_id, limit, cursor } = query as {
          tenant_id: string;
          api_id?: string;
          limit?: number;
          cursor?: string;
        };
        return {
          body: await deps.store.list(tenant_id, {
            limit: limit ?? 25,
            cursor,
            apiId: api_id,
          }),
        };
      },
    }),
    ...route('getDeployment', {
      ...byId,
      handler: async ({ params }) => ({
        body: toWire(await deps.service.get(params.deployment_id)),
      }),
    }),
    ...route('getDeploymentTrace', {
      ...byId,
      handler: async ({ params }) => ({
        body: await deps.store.trace(
          await deps.service.get(params.deployment_id),
        ),
      }),
    }),
  };
};
