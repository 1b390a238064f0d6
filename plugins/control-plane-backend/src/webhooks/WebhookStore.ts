import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { fromJson, iso, now } from '../database/values';

export type Webhook = Schema<'Webhook'>;

/** A webhook with its secret as it is kept: sealed. */
export interface SealedWebhook extends Webhook {
  readonly sealedSecret: string;
}

/** What a caller decides about a webhook. */
export interface WebhookFields {
  readonly name?: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly enabled: boolean;
  /** Left as it is where absent. */
  readonly sealedSecret?: string;
}

/** Webhooks, always by tenant. A deleted one stays until nothing refers to it, without its secret. */
export class WebhookStore {
  constructor(readonly knex: Knex) {}

  async get(
    tenantId: string,
    id: string,
    db: Knex = this.knex,
  ): Promise<SealedWebhook | undefined> {
    const row = await this.#live(tenantId, db).where({ id }).first();
    return row && { ...toWebhook(row), sealedSecret: row.secret };
  }

  async list(tenantId: string, options: PageQuery): Promise<Page<Webhook>> {
    const query = this.#live(tenantId);
    return pageOf(query, options, newestFirst('id'), toWebhook);
  }

  /** Those to which something is sent. */
  async enabled(tenantId: string, db: Knex): Promise<Webhook[]> {
    const rows = await this.#live(tenantId, db).where({ status: 'active' });
    return rows.map(toWebhook);
  }

  async count(tenantId: string, db: Knex): Promise<number> {
    const row = await this.#live(tenantId, db).count({ n: '*' }).first();
    return Number(row?.n ?? 0);
  }

  async create(
    db: Knex,
    tenantId: string,
    id: string,
    createdBy: string,
    fields: WebhookFields & { readonly sealedSecret: string },
  ): Promise<void> {
    await db('tenant_webhooks').insert({
      id,
      tenant_id: tenantId,
      created_by: createdBy,
      ...toRow(fields),
      consecutive_failures: 0,
      created_at: now(),
      updated_at: now(),
    });
  }

  /** False when there is none. */
  async update(
    db: Knex,
    tenantId: string,
    id: string,
    fields: WebhookFields,
  ): Promise<boolean> {
    const count = await this.#live(tenantId, db)
      .where({ id })
      .update({ ...toRow(fields), updated_at: now() });
    return count === 1;
  }

  /** False when there is none. */
  async remove(db: Knex, tenantId: string, id: string): Promise<boolean> {
    const time = now();
    const count = await this.#live(tenantId, db).where({ id }).update({
      status: 'disabled',
      secret: null,
      deleted_at: time,
      updated_at: time,
    });
    return count === 1;
  }

  /** Forgets those deleted before `time` that have no deliveries any more. */
  async sweep(time: string): Promise<void> {
    await this.knex('tenant_webhooks')
      .where('deleted_at', '<', time)
      .whereNotExists(
        this.knex('webhook_deliveries')
          .select(this.knex.raw('1'))
          .whereRaw('webhook_deliveries.webhook_id = tenant_webhooks.id'),
      )
      .del();
  }

  #live(tenantId: string, db: Knex = this.knex) {
    return db('tenant_webhooks')
      .where({ tenant_id: tenantId })
      .whereNull('deleted_at');
  }
}

function toRow(fields: WebhookFields) {
  return {
    name: fields.name ?? null,
    url: fields.url,
    events: JSON.stringify(fields.events),
    status: fields.enabled ? 'active' : 'disabled',
    ...(fields.sealedSecret && { secret: fields.sealedSecret }),
  };
}

function toWebhook(row: any): Webhook {
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    ...(row.name && { name: row.name }),
    url: row.url,
    events: fromJson(row.events),
    enabled: row.status === 'active',
    consecutive_failures: row.consecutive_failures,
    ...(row.last_success_at && { last_success_at: iso(row.last_success_at) }),
    ...(row.last_failure_at && { last_failure_at: iso(row.last_failure_at) }),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at ?? row.created_at),
  };
}
