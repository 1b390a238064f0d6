import { Principal, notFound } from '@stoa/plugin-stoa-common';
import { PolicyEngine } from '@stoa/plugin-stoa-node';
import { DeploymentService } from '../deployments/DeploymentService';
import { toWire as toDeployment } from '../deployments/view';
import { parseDefinition } from '../definitions';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { ApiRecord, ApiStore } from './ApiStore';
import { ApiService } from './ApiService';
import { etagOf } from './checks';
import { apiPermissions, definitionReply, toWire } from './view';

export const apiRoutes = (deps: {
  service: ApiService;
  apis: ApiStore;
  tenants: TenantStore;
  deployments: DeploymentService;
  policy: PolicyEngine;
}) => {
  const { service, apis, policy } = deps;
  const view = async (principal: Principal, list: readonly ApiRecord[]) => {
    if (list.length === 0) return [];
    const permissions = await apiPermissions(
      policy,
      principal,
      list[0].tenantId,
    );
    const routes = await apis.routes(list);
    return list.map(api => toWire(api, routes, permissions));
  };
  const one = async (principal: Principal, api: ApiRecord) =>
    (await view(principal, [api]))[0];

  return {
    ...route('listApis', {
      handler: async ({ params, query, principal }) => {
        if (!(await deps.tenants.get(params.tenant_id)))
          throw notFound('tenant');
        const page = await apis.list(params.tenant_id, {
          ...query,
          limit: query.limit ?? 25,
        });
        return { body: { ...page, items: await view(principal, page.items) } };
      },
    }),
    ...route('createApi', {
      handler: async ({ actor, params, body, principal }) => {
        const api = await service.create(actor, params.tenant_id, body);
        return {
          status: 201,
          headers: {
            ETag: etagOf(api),
            Location: `/api/control-plane/v1/tenants/${api.tenantId}/apis/${api.apiId}`,
          },
          body: await one(principal, api),
        };
      },
    }),
    ...route('validateDefinition', {
      handler: async ({ body }) => {
        const report = await parseDefinition(body.definition);
        if (!report.ok)
          return { body: { valid: false, problems: [...report.problems] } };
        return {
          body: {
            valid: true,
            problems: [],
            spec_version: report.specVersion,
            title: report.title,
            version: report.version,
            description: report.description,
            operation_count: report.operations.length,
            operations: report.operations.slice(0, 500).map(o => ({
              operation_id: o.operationId,
              method: o.method,
              path: o.path,
              summary: o.summary,
            })),
          },
        };
      },
    }),
    ...route('getApi', {
      handler: async ({ params, principal }) => {
        const api = await service.get(params.tenant_id, params.api_id);
        return {
          headers: { ETag: etagOf(api) },
          body: await one(principal, api),
        };
      },
    }),
    ...route('updateApi', {
      handler: async ({ actor, params, body, principal, ifMatch }) => {
        const api = await service.update(
          actor,
          params.tenant_id,
          params.api_id,
          ifMatch,
          body,
        );
        return {
          headers: { ETag: etagOf(api) },
          body: await one(principal, api),
        };
      },
    }),
    ...route('deleteApi', {
      handler: async ({ actor, params, ifMatch }) => {
        await service.remove(actor, params.tenant_id, params.api_id, ifMatch);
        return {};
      },
    }),
    ...route('listApiVersions', {
      handler: async ({ params }) => {
        await service.get(params.tenant_id, params.api_id);
        return {
          body: { items: await apis.versions(params.tenant_id, params.api_id) },
        };
      },
    }),
    ...route('listApiHistory', {
      handler: async ({ params, query }) => ({
        body: {
          items: await service.history(
            params.tenant_id,
            params.api_id,
            query.limit ?? 25,
          ),
        },
      }),
    }),
    ...route('getApiDefinition', {
      handler: async ({ params }) => {
        await service.get(params.tenant_id, params.api_id);
        return definitionReply(
          await service.definition(
            params.tenant_id,
            params.api_id,
            params.version,
          ),
        );
      },
    }),
    ...route('publishApi', {
      handler: async ({ actor, params, principal }) => {
        const api = await service.publish(
          actor,
          params.tenant_id,
          params.api_id,
        );
        const deployment = await deps.deployments.request(actor, {
          tenantId: api.tenantId,
          apiId: api.apiId,
          version: api.version,
          environment: 'dev',
        });
        return {
          status: 202,
          body: {
            api: await one(principal, api),
            deployment: (
              await toDeployment(policy, principal, [deployment])
            )[0],
          },
        };
      },
    }),
  };
};
