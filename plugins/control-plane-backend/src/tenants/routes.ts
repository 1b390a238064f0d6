import { checkIfMatch, etagOf } from '../apis/checks';
import { Reply, route } from '../http/route';
import { Provisioner } from './provisioning/Provisioner';
import { TenantLife } from './TenantLife';
import { TenantService } from './TenantService';
import { Tenant } from './TenantStore';
import { quotaUsage } from './usage';

export const tenantRoutes = (deps: {
  readonly service: TenantService;
  readonly life: TenantLife;
  readonly provisioner: Provisioner;
}) => {
  const { service, life, provisioner } = deps;
  const one = async (tenant: Tenant): Promise<Reply<Tenant>> => ({
    headers: { ETag: etagOf({ treeId: await service.treeId(tenant.id) }) },
    body: tenant,
  });
  return {
    ...route('listTenants', {
      resource: () => ({}),
      handler: async ({ query, decision }) => ({
        body: await service.deps.tenants.list(decision.filter, query),
      }),
    }),
    ...route('createTenant', {
      resource: () => ({}),
      handler: async ({ actor, body }) => {
        const reply = await one(await service.create(actor, body));
        const Location = `/api/control-plane/v1/tenants/${body.id}`;
        return {
          ...reply,
          status: 201,
          headers: { ...reply.headers, Location },
        };
      },
    }),
    ...route('getTenant', {
      handler: async ({ params }) => one(await service.get(params.tenant_id)),
    }),
    ...route('updateTenant', {
      handler: async ({ actor, params, body, ifMatch }) =>
        one(await service.update(actor, params.tenant_id, ifMatch, body)),
    }),
    ...route('deleteTenant', {
      handler: async ({ actor, params, query, ifMatch }) => {
        const { tenant_id: id } = params;
        await service.get(id);
        const treeId = await service.treeId(id);
        checkIfMatch({ treeId }, ifMatch);
        await service.archive(actor, id, { force: query.force, treeId });
        await life.endSubscriptions();
        return {};
      },
    }),
    ...route('suspendTenant', {
      handler: async ({ actor, params, body }) =>
        one(await life.move(actor, params.tenant_id, 'suspend', body.reason)),
    }),
    ...route('activateTenant', {
      handler: async ({ actor, params }) =>
        one(await life.move(actor, params.tenant_id, 'activate')),
    }),
    ...route('archiveTenant', {
      handler: async ({ actor, params, query }) => {
        const how = { force: query.force };
        const tenant = await service.archive(actor, params.tenant_id, how);
        await life.endSubscriptions();
        return one(tenant);
      },
    }),
    ...route('getQuotaUsage', {
      handler: async ({ params }) => {
        const tenant = await service.get(params.tenant_id);
        return { body: await quotaUsage(service.deps.tenants.knex, tenant) };
      },
    }),
    ...route('getTenantProvisioning', {
      handler: async ({ params }) => ({
        body: await provisioner.view(params.tenant_id),
      }),
    }),
    ...route('retryTenantProvisioning', {
      handler: async ({ actor, params }) => ({
        status: 202,
        body: await provisioner.retry(actor, params.tenant_id),
      }),
    }),
  };
};
