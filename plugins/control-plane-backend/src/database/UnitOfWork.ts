import { Principal, StoaEvent, Topic } from '@stoa/plugin-stoa-common';
import { createHash } from 'node:crypto';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { now } from './values';

/** Number of outbox partitions; the migration makes one lease for each. */
export const PARTITIONS = 8;

/** On whose behalf something is written. */
export interface Actor {
  readonly principal: Pick<Principal, 'subject'>;
  readonly correlationId: string;
  /** Network address of the caller; empty for the platform itself. */
  readonly address: string;
}

/** The platform acting by itself, such as the deployment runner. */
export function systemActor(name: string, correlationId: string): Actor {
  return {
    principal: { subject: `system:${name}` },
    correlationId,
    address: '',
  };
}

export interface EventInput {
  readonly topic: Topic;
  readonly type: string;
  readonly tenantId: string;
  /** What the event is about, such as `api:acme-corp/crm-api`; events keep their order within it. */
  readonly aggregate: string;
  readonly aggregateVersion: number;
  readonly payload: Record<string, unknown>;
  /** Given where the same change may be seen twice; else random. */
  readonly eventId?: string;
}

export interface AuditInput {
  readonly tenantId: string;
  readonly action: string;
  readonly resource: string;
  readonly outcome: 'success' | 'denied' | 'failed';
  readonly details?: Record<string, unknown>;
  readonly count?: number;
}

/** One message of the feed, see `feed/`. */
export interface FeedInput {
  readonly tenantId: string;
  readonly kind: 'route' | 'key' | 'entity' | 'plan';
  readonly op: 'put' | 'delete';
  readonly key: string;
  readonly value?: unknown;
}

/** What travels on the `audit` channel of the outbox. */
export interface AuditMessage extends AuditInput {
  readonly subject: string;
  readonly correlationId: string;
  readonly address: string;
  readonly at: string;
}

/** A transaction together with what must leave the database if, and only if, it commits. */
export class Tx {
  constructor(readonly db: Knex.Transaction, readonly actor: Actor) {}

  async event(input: EventInput): Promise<void> {
    const event: StoaEvent = {
      event_id: input.eventId ?? uuid(),
      event_type: input.type,
      timestamp: now(),
      correlation_id: this.actor.correlationId,
      tenant_id: input.tenantId,
      source: 'control-plane',
      version: 1,
      payload: input.payload,
    };
    await this.#write(
      'event',
      input.topic,
      input.tenantId,
      input.aggregate,
      input.aggregateVersion,
      event,
    );
  }

  async audit(input: AuditInput): Promise<void> {
    const message: AuditMessage = {
      ...input,
      subject: this.actor.principal.subject,
      correlationId: this.actor.correlationId,
      address: this.actor.address,
      at: now(),
    };
    await this.#write(
      'audit',
      'audit-log',
      input.tenantId,
      `audit:${input.tenantId}`,
      0,
      message,
    );
  }

  async feed(input: FeedInput): Promise<void> {
    await this.#write(
      'feed',
      input.kind,
      input.tenantId,
      `${input.kind}:${input.key}`,
      0,
      input,
    );
  }

  async #write(
    channel: string,
    topic: string,
    tenantId: string,
    aggregate: string,
    aggregateVersion: number,
    message: unknown,
  ): Promise<void> {
    await this.db('outbox').insert({
      id: uuid(),
      channel,
      topic,
      tenant_id: tenantId,
      partition: partitionOf(tenantId),
      aggregate: aggregate.slice(0, 255),
      aggregate_version: aggregateVersion,
      message: JSON.stringify(message),
      state: 'pending',
      attempts: 0,
      created_at: now(),
    });
  }
}

/** Opens transactions and tells the relay when one has left something to carry. */
export class UnitOfWork {
  readonly #listeners = new Set<() => void>();

  constructor(readonly knex: Knex) {}

  async run<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await this.knex.transaction(db => work(new Tx(db, actor)));
    this.committed();
    return result;
  }

  /** Tells the listeners that outbox rows were committed outside of `run`. */
  committed(): void {
    for (const listener of this.#listeners) listener();
  }

  onCommit(listener: () => void): void {
    this.#listeners.add(listener);
  }
}

/** The outbox partition of a tenant: stable, so that one relay at a time carries a tenant's messages. */
export function partitionOf(tenantId: string): number {
  return createHash('sha256').update(tenantId).digest()[0] % PARTITIONS;
}
