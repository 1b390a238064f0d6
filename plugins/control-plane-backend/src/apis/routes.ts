import { Principal, notFound } from '@stoa/plugin-stoa-common';
import { PolicyEngine } from '@stoa/plugin-stoa-node';
import { DeploymentService } from '../deployments/DeploymentService';
import { toWire as toDeployment } from '../deployments/view';
import { parseDefinition } from '../definitions';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { ApiRecord, ApiStore } from './ApiStore';
import { ApiConsumers } from './ApiConsumers';
import { ApiDocuments } from './ApiDocuments';
import { ApiImport } from './ApiImport';
import { ApiLife } from './ApiLife';
import { ApiRemoval } from './ApiRemoval';
import { ApiService } from './ApiService';
import { etagOf } from './checks';
import {
  apiPermissions,
  definitionReply,
  toDiff,
  toPreview,
  toReport,
  toWire,
} from './view';

export const apiRoutes = (deps: {
  service: ApiService;
  imports: ApiImport;
  life: ApiLife;
  removal: ApiRemoval;
  documents: ApiDocuments;
  consumers: ApiConsumers;
  apis: ApiStore;
  tenants: TenantStore;
  deployments: DeploymentService;
  policy: PolicyEngine;
}) => {
  const { service, life, documents, apis, policy } = deps;
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

  const created = async (principal: Principal, api: ApiRecord) => ({
    status: 201,
    headers: {
      ETag: etagOf(api),
      Location: `/api/control-plane/v1/tenants/${api.tenantId}/apis/${api.apiId}`,
    },
    body: await one(principal, api),
  });

  return {
    ...route('listApis', {
      handler: async ({ params, query, principal }) => {
        if (!(await deps.tenants.get(params.tenant_id)))
          throw notFound('tenant');
        const page = await apis.list(params.tenant_id, query);
        return { body: { ...page, items: await view(principal, page.items) } };
      },
    }),
    ...route('createApi', {
      handler: async ({ actor, params, body, principal }) => {
        const api = await service.create(actor, params.tenant_id, body);
        return created(principal, api);
      },
    }),
    ...route('validateDefinition', {
      handler: async ({ body }) => {
        const report = await parseDefinition(body.definition);
        if (!report.ok)
          return { body: { valid: false, problems: [...report.problems] } };
        return { body: toReport(report) };
      },
    }),
    ...route('previewApi', {
      handler: async ({ params, body }) => ({
        body: toPreview(await deps.imports.preview(params.tenant_id, body)),
      }),
    }),
    ...route('importApi', {
      handler: async ({ actor, params, body, principal }) =>
        created(
          principal,
          await deps.imports.import(actor, params.tenant_id, body),
        ),
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
      handler: async ({ actor, params, query, ifMatch }) => {
        await deps.removal.remove(actor, params.tenant_id, params.api_id, {
          ifMatch,
          force: query.force ?? false,
        });
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
          items: await documents.history(
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
          await documents.definition(
            params.tenant_id,
            params.api_id,
            params.version,
          ),
        );
      },
    }),
    ...route('compareApiVersions', {
      handler: async ({ params, query }) => ({
        body: toDiff(
          await documents.compare(params.tenant_id, params.api_id, query),
        ),
      }),
    }),
    ...route('listApiConsumers', {
      handler: async ({ params, query }) => ({
        body: await deps.consumers.list(params.tenant_id, params.api_id, query),
      }),
    }),
    ...route('publishApi', {
      handler: async ({ actor, params, principal }) => {
        const api = await life.publish(actor, params.tenant_id, params.api_id);
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
    ...route('deprecateApi', {
      handler: async ({ actor, params, body, principal }) => {
        const api = await life.deprecate(
          actor,
          params.tenant_id,
          params.api_id,
          body,
        );
        return {
          headers: { ETag: etagOf(api) },
          body: await one(principal, api),
        };
      },
    }),
    ...route('retireApi', {
      handler: async ({ actor, params, query, principal }) => {
        const api = await life.retire(
          actor,
          params.tenant_id,
          params.api_id,
          query.force ?? false,
        );
        return {
          headers: { ETag: etagOf(api) },
          body: await one(principal, api),
        };
      },
    }),
  };
};
