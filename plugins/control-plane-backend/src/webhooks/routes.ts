import { notFound } from '@stoa/plugin-stoa-common';
import { route } from '../http/route';
import { WebhookService } from './WebhookService';

export const webhookRoutes = (service: WebhookService) => {
  const { webhooks, deliveries, tenants } = service.deps;
  return {
    ...route('listWebhooks', {
      handler: async ({ params, query }) => {
        if (!(await tenants.get(params.tenant_id))) throw notFound('tenant');
        return { body: await webhooks.list(params.tenant_id, query) };
      },
    }),
    ...route('createWebhook', {
      redact: body => ({ ...body, secret: null, replayed: true }),
      handler: async ({ actor, params, body }) => ({
        status: 201,
        body: await service.create(actor, params.tenant_id, body),
      }),
    }),
    ...route('getWebhook', {
      handler: async ({ params }) => ({
        body: await service.view(params.tenant_id, params.webhook_id),
      }),
    }),
    ...route('updateWebhook', {
      handler: async ({ actor, params, body }) => ({
        body: await service.update(
          actor,
          params.tenant_id,
          params.webhook_id,
          body,
        ),
      }),
    }),
    ...route('deleteWebhook', {
      handler: async ({ actor, params }) => {
        await service.remove(actor, params.tenant_id, params.webhook_id);
        return {};
      },
    }),
    ...route('testWebhook', {
      handler: async ({ actor, params }) => ({
        body: await service.test(actor, params.tenant_id, params.webhook_id),
      }),
    }),
    ...route('listWebhookDeliveries', {
      handler: async ({ params, query }) => {
        const { tenant_id: tenantId, webhook_id: id } = params;
        await service.get(tenantId, id);
        return { body: await deliveries.list(tenantId, id, query) };
      },
    }),
    ...route('replayWebhookDelivery', {
      handler: async ({ actor, params }) => ({
        status: 202,
        body: await service.replay(
          actor,
          params.tenant_id,
          params.webhook_id,
          params.delivery_id,
        ),
      }),
    }),
  };
};
