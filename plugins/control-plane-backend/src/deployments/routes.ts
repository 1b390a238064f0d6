import { Principal } from '@stoa/plugin-stoa-common';
import { PolicyEngine } from '@stoa/plugin-stoa-node';
import { Actor } from '../database/UnitOfWork';
import { route } from '../http/route';
import { DeploymentService } from './DeploymentService';
import { DeploymentRecord, DeploymentStore } from './DeploymentStore';
import { ExecutorReports } from './ExecutorReports';
import { RuntimeStore } from './RuntimeStore';
import { deploymentResource, toWire } from './view';

interface ById {
  readonly params: { readonly deployment_id: string };
}

export const deploymentRoutes = (deps: {
  service: DeploymentService;
  store: DeploymentStore;
  runtime: RuntimeStore;
  reports: ExecutorReports;
  policy: PolicyEngine;
}) => {
  const { service, store, policy } = deps;
  const one = async (principal: Principal, deployment: DeploymentRecord) =>
    (await toWire(policy, principal, [deployment]))[0];
  const byId = {
    what: 'deployment',
    resource: async (call: ById) =>
      deploymentResource(await service.get(call.params.deployment_id)),
  };
  type Move = (actor: Actor, id: string) => Promise<DeploymentRecord>;
  /** The handler of what changes one, or makes another of it (202). */
  const moving =
    (move: Move, status = 200) =>
    async (call: ById & { actor: Actor; principal: Principal }) => ({
      status,
      body: await one(
        call.principal,
        await move(call.actor, call.params.deployment_id),
      ),
    });
  return {
    ...route('createDeployment', {
      resourceOfBody: body => ({
        tenantId: body.tenant_id,
        environment: body.environment,
      }),
      handler: async ({ actor, principal, body }) => ({
        status: 202,
        body: await one(
          principal,
          await service.request(actor, {
            tenantId: body.tenant_id,
            apiId: body.api_id,
            version: body.version,
            environment: body.environment,
          }),
        ),
      }),
    }),
    ...route('listDeployments', {
      resource: ({ query }) => ({ tenantId: query.tenant_id }),
      handler: async ({ principal, query }) => {
        const page = await store.list(query.tenant_id, query);
        const items = await toWire(policy, principal, page.items);
        return { body: { ...page, items } };
      },
    }),
    ...route('getDeployment', {
      ...byId,
      handler: async ({ principal, params }) => ({
        body: await one(principal, await service.get(params.deployment_id)),
      }),
    }),
    ...route('getDeploymentTrace', {
      ...byId,
      handler: async ({ params }) => ({
        body: await store.trace(await service.get(params.deployment_id)),
      }),
    }),
    ...route('getDeploymentLogs', {
      ...byId,
      handler: async ({ params, query }) => ({
        body: await store.logs(await service.get(params.deployment_id), {
          ...query,
          limit: query.limit ?? 100,
        }),
      }),
    }),
    ...route('approveDeployment', {
      ...byId,
      handler: moving((actor, id) => service.approve(actor, id)),
    }),
    ...route('cancelDeployment', {
      ...byId,
      handler: moving((actor, id) => service.cancel(actor, id)),
    }),
    ...route('promoteDeployment', {
      ...byId,
      handler: moving((actor, id) => service.promote(actor, id), 202),
    }),
    ...route('rollBackDeployment', {
      ...byId,
      handler: moving((actor, id) => service.rollBack(actor, id), 202),
    }),
    ...route('reportDeployment', {
      ...byId,
      handler: async ({ actor, principal, params, body }) => {
        const deployment = await service.get(params.deployment_id);
        await deps.reports.take(actor, deployment, body);
        return { body: await one(principal, await service.get(deployment.id)) };
      },
    }),
    ...route('getRuntime', {
      handler: async ({ params, query }) => ({
        body: { items: await deps.runtime.ofTenant(params.tenant_id, query) },
      }),
    }),
  };
};
