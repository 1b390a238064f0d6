import {
  Schema,
  StoaError,
  StoaEvent,
  notFound,
} from '@stoa/plugin-stoa-common';
import { DiallerService, Sealer } from '@stoa/plugin-stoa-node';
import { v7 as uuid } from 'uuid';
import { Actor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { now } from '../database/values';
import { TenantStore } from '../tenants/TenantStore';
import { Delivery, DeliveryStore } from './DeliveryStore';
import { checkUrl } from './checkUrl';
import { checkPatterns } from './eventNames';
import { sendWebhook } from './sendWebhook';
import { generateWebhookSecret, secretContext } from './secret';
import { SealedWebhook, Webhook, WebhookStore } from './WebhookStore';

/** How many webhooks a tenant may have. */
const MAX_PER_TENANT = 50;

/** What administrators of a tenant do with its webhooks. Everything throws `stoa.not_found` for what is not theirs. */
export class WebhookService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly webhooks: WebhookStore;
      readonly deliveries: DeliveryStore;
      readonly tenants: TenantStore;
      readonly sealer: Sealer;
      readonly dialler: DiallerService;
      /** Called when there is something to send. */
      readonly onDue: () => void;
    },
  ) {}

  async get(tenantId: string, id: string): Promise<SealedWebhook> {
    const webhook = await this.deps.webhooks.get(tenantId, id);
    if (!webhook) throw notFound('webhook');
    return webhook;
  }

  /**
   * Answers the secret where it made one. Throws `stoa.validation` for events and
   * addresses that cannot be, `stoa.tenant.quota_exceeded` for one too many.
   */
  async create(
    actor: Actor,
    tenantId: string,
    input: Schema<'WebhookInput'>,
  ): Promise<{ webhook: Webhook; secret: string | null }> {
    const { webhooks, unitOfWork, sealer } = this.deps;
    await this.deps.tenants.active(tenantId);
    const fields = await this.#fieldsOf(tenantId, input);
    const id = uuid();
    const secret = input.secret ?? generateWebhookSecret();
    const sealedSecret = await sealer.seal(secret, secretContext(id));
    await unitOfWork.run(actor, async tx => {
      // Two that come at once are counted one after the other.
      await tx.db('tenants').where({ id: tenantId }).forUpdate().first('id');
      if ((await webhooks.count(tenantId, tx.db)) >= MAX_PER_TENANT) {
        throw new StoaError(
          'stoa.tenant.quota_exceeded',
          `The tenant may have ${MAX_PER_TENANT} webhooks. Delete one first.`,
        );
      }
      const { subject } = actor.principal;
      await webhooks.create(tx.db, tenantId, id, subject, {
        ...fields,
        sealedSecret,
      });
      await audit(tx, tenantId, id, 'create', fields);
    });
    return {
      webhook: await this.view(tenantId, id),
      secret: input.secret === undefined ? secret : null,
    };
  }

  async update(
    actor: Actor,
    tenantId: string,
    id: string,
    input: Schema<'WebhookInput'>,
  ): Promise<Webhook> {
    const { webhooks, unitOfWork, sealer } = this.deps;
    await this.get(tenantId, id);
    await this.deps.tenants.active(tenantId);
    const fields = await this.#fieldsOf(tenantId, input);
    const sealedSecret =
      input.secret && (await sealer.seal(input.secret, secretContext(id)));
    await unitOfWork.run(actor, async tx => {
      const all = { ...fields, sealedSecret };
      if (!(await webhooks.update(tx.db, tenantId, id, all)))
        throw notFound('webhook');
      await audit(tx, tenantId, id, 'update', {
        ...fields,
        secret_replaced: sealedSecret !== undefined,
      });
    });
    // What waited while it was disabled may go.
    if (fields.enabled) this.deps.onDue();
    return this.view(tenantId, id);
  }

  async remove(actor: Actor, tenantId: string, id: string): Promise<void> {
    await this.deps.unitOfWork.run(actor, async tx => {
      if (!(await this.deps.webhooks.remove(tx.db, tenantId, id)))
        throw notFound('webhook');
      await audit(tx, tenantId, id, 'delete');
    });
  }

  /** Sends an event that says nothing, once, and tells how it went. */
  async test(
    actor: Actor,
    tenantId: string,
    id: string,
  ): Promise<Schema<'WebhookTest'>> {
    const { unitOfWork, sealer, dialler } = this.deps;
    const webhook = await this.get(tenantId, id);
    const secret = await sealer.open(webhook.sealedSecret, secretContext(id));
    await unitOfWork.run(actor, tx => audit(tx, tenantId, id, 'test'));
    const deliveryId = uuid();
    const event: StoaEvent = {
      event_id: uuid(),
      event_type: 'webhook-test',
      timestamp: now(),
      correlation_id: actor.correlationId,
      tenant_id: tenantId,
      source: 'control-plane',
      version: 1,
      payload: { webhook_id: id },
    };
    const outcome = await sendWebhook(dialler.forTenant(tenantId), {
      url: webhook.url,
      secret,
      deliveryId,
      eventType: event.event_type,
      event,
    });
    return {
      delivered: outcome.delivered,
      delivery_id: deliveryId,
      ...(outcome.error && { error: outcome.error }),
      ...(outcome.responseCode && { response_code: outcome.responseCode }),
      duration_ms: outcome.durationMs,
    };
  }

  /** Throws `stoa.webhook.illegal_transition` unless the delivery was given up: of several at once, one wins. */
  async replay(
    actor: Actor,
    tenantId: string,
    webhookId: string,
    id: string,
  ): Promise<Delivery> {
    const { deliveries, unitOfWork } = this.deps;
    await this.get(tenantId, webhookId);
    const where = { tenantId, webhookId, id };
    const delivery = await unitOfWork.run(actor, async tx => {
      const revived = await deliveries.revive(tx.db, where);
      const found = await deliveries.get(where, tx.db);
      if (!found) throw notFound('delivery');
      if (!revived) throw notDead(found.status);
      await audit(tx, tenantId, webhookId, 'replay', { delivery_id: id });
      return found;
    });
    this.deps.onDue();
    return delivery;
  }

  async view(tenantId: string, id: string): Promise<Webhook> {
    const { sealedSecret: _, ...webhook } = await this.get(tenantId, id);
    return webhook;
  }

  async #fieldsOf(tenantId: string, input: Schema<'WebhookInput'>) {
    const { name, url, enabled = true } = input;
    const events = checkPatterns(input.events);
    await checkUrl(this.deps.dialler, tenantId, 'url', url);
    return { name: name?.trim(), url, events, enabled };
  }
}

function notDead(status: string): StoaError {
  return new StoaError(
    'stoa.webhook.illegal_transition',
    `The delivery is ${status}; only a dead one is sent once more.`,
    { details: { status, move: 'replay' } },
  );
}

/** Of an address only the host: its path is often a secret by itself. */
async function audit(
  tx: Tx,
  tenantId: string,
  id: string,
  verb: 'create' | 'update' | 'delete' | 'test' | 'replay',
  details: { url?: string; [field: string]: unknown } = {},
): Promise<void> {
  const { url, ...rest } = details;
  await tx.audit({
    tenantId,
    action: `stoa.webhook.${verb}`,
    resource: `webhook:${id}`,
    outcome: 'success',
    details: { ...rest, ...(url && { host: new URL(url).host }) },
  });
}
