import { notFound } from '@stoa/plugin-stoa-common';
import { IdentityAdmin } from '@stoa/plugin-stoa-node';
import { UnitOfWork } from '../database/UnitOfWork';
import { route, Routes } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { ServiceAccountService, WithSecret } from './ServiceAccountService';
import { ServiceAccountStore } from './ServiceAccountStore';

/** The programs of a tenant. */
export function createServiceAccounts(options: {
  readonly unitOfWork: UnitOfWork;
  readonly tenants: TenantStore;
  readonly identityAdmin: IdentityAdmin;
}): {
  readonly routes: Routes;
  readonly withAliases: ServiceAccountService['withAliases'];
} {
  const { tenants } = options;
  const accounts = new ServiceAccountStore(options.unitOfWork.knex);
  const service = new ServiceAccountService({ ...options, accounts });
  return {
    withAliases: principal => service.withAliases(principal),
    routes: {
      ...route('listServiceAccounts', {
        handler: async ({ params: { tenant_id: id }, query }) => {
          if (!(await tenants.get(id))) throw notFound('tenant');
          return { body: await accounts.list(id, query) };
        },
      }),
      ...route('createServiceAccount', {
        redact: body => ({ ...body, client_secret: null, replayed: true }),
        handler: async ({ actor, principal, params, body }) => ({
          status: 201,
          body: toWire(
            await service.create(actor, principal, params.tenant_id, body),
          ),
        }),
      }),
      ...route('rotateServiceAccountSecret', {
        redact: body => ({ ...body, client_secret: null, replayed: true }),
        handler: async ({ actor, params }) => ({
          body: toWire(
            await service.rotateSecret(
              actor,
              params.tenant_id,
              params.service_account_id,
            ),
          ),
        }),
      }),
      ...route('deleteServiceAccount', {
        handler: async ({ actor, params }) => {
          const { tenant_id: tenantId, service_account_id: id } = params;
          await service.remove(actor, tenantId, id);
          return {};
        },
      }),
    },
  };
}

function toWire({ account, credentials }: WithSecret) {
  return {
    service_account: account,
    client_secret: credentials.clientSecret as string | null,
  };
}
