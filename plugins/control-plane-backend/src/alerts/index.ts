import { LoggerService } from '@backstage/backend-plugin-api';
import { notFound } from '@stoa/plugin-stoa-common';
import { DiallerService, Sealer, SecretStore } from '@stoa/plugin-stoa-node';
import { ApiStore } from '../apis/ApiStore';
import { etagOf } from '../apis/checks';
import { UnitOfWork } from '../database/UnitOfWork';
import { route, Routes } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { AlertRuleService, taggable } from './AlertRuleService';
import { AlertRule, AlertRuleStore } from './AlertRuleStore';
import { AlertStore } from './AlertStore';
import { AlertWatch } from './AlertWatch';

/** Rules that say when a tenant is told of its traffic, and the alerts that they raised. */
export function createAlerts(options: {
  readonly unitOfWork: UnitOfWork;
  readonly tenants: TenantStore;
  readonly apis: ApiStore;
  readonly secrets: SecretStore;
  readonly dialler: DiallerService;
  readonly logger: LoggerService;
}): { readonly routes: Routes; readonly watch: AlertWatch } {
  const { tenants } = options;
  const { knex } = options.unitOfWork;
  const rules = new AlertRuleStore(knex);
  const alerts = new AlertStore(knex);
  const service = new AlertRuleService({
    ...options,
    rules,
    sealer: new Sealer(options.secrets),
  });
  const one = (rule: AlertRule, status = 200) => ({
    status,
    body: rule,
    headers: { ETag: etagOf(taggable(rule)) },
  });
  async function tenantOf({ tenant_id: id }: { tenant_id: string }) {
    if (!(await tenants.get(id))) throw notFound('tenant');
    return id;
  }

  return {
    watch: new AlertWatch(options),
    routes: {
      ...route('listAlerts', {
        handler: async ({ params, query }) => ({
          body: await alerts.list(await tenantOf(params), query),
        }),
      }),
      ...route('getAlert', {
        handler: async ({ params }) => {
          const alert = await alerts.get(params.tenant_id, params.alert_id);
          if (!alert) throw notFound('alert');
          return { body: alert };
        },
      }),
      ...route('listAlertRules', {
        handler: async ({ params, query }) => ({
          body: await rules.list(await tenantOf(params), query),
        }),
      }),
      ...route('createAlertRule', {
        handler: async ({ actor, params, body }) =>
          one(await service.create(actor, params.tenant_id, body), 201),
      }),
      ...route('getAlertRule', {
        handler: async ({ params }) =>
          one(await service.get(params.tenant_id, params.rule_id)),
      }),
      ...route('updateAlertRule', {
        handler: async ({ actor, params, body, ifMatch }) =>
          one(
            await service.update(
              actor,
              params.tenant_id,
              params.rule_id,
              body,
              ifMatch,
            ),
          ),
      }),
      ...route('deleteAlertRule', {
        handler: async ({ actor, params, ifMatch }) => {
          const { tenant_id: tenantId, rule_id: id } = params;
          await service.remove(actor, tenantId, id, ifMatch);
          return {};
        },
      }),
    },
  };
}
