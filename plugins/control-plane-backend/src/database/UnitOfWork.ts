import {
  BulkEventType,
  EventType,
  Principal,
  StoaEvent,
  Topic,
} from '@stoa/plugin-stoa-common';
import { currentTraceparent, FeedKind, inSpan } from '@stoa/plugin-stoa-node';
import { createHash } from 'node:crypto';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { isPostgres, now } from './values';

/** Number of outbox partitions; the migration makes one lease for each. */
export const PARTITIONS = 8;

/** On whose behalf something is written. */
export interface Actor {
  readonly principal: Pick<Principal, 'subject' | 'aliases'>;
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
  readonly type: EventType | BulkEventType;
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
  /** Subject of the person it was done to; like the actor's, the chain has their pseudonym (`details.person`). */
  readonly person?: string;
  readonly count?: number;
}

/** One message of the feed, see `feed/`. */
export interface FeedInput {
  readonly tenantId: string;
  readonly kind: FeedKind;
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

interface OutboxMessage {
  readonly channel: string;
  readonly topic: string;
  readonly tenantId: string;
  readonly aggregate: string;
  readonly aggregateVersion?: number;
  readonly message: unknown;
}

/** SQLite takes few bound values at once. */
const BATCH = 50;

/** A transaction together with what must leave the database if, and only if, it commits. */
export class Tx {
  constructor(
    readonly db: Knex.Transaction,
    readonly actor: Actor,
    /** The action that the platform itself decided on, where Git brings back what came of it. */
    readonly asked?: string,
  ) {}

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
    await this.#write({
      channel: 'event',
      topic: input.topic,
      tenantId: input.tenantId,
      aggregate: input.aggregate,
      aggregateVersion: input.aggregateVersion,
      message: event,
    });
  }

  async audit(input: AuditInput): Promise<void> {
    const message: AuditMessage = {
      ...input,
      subject: this.actor.principal.subject,
      correlationId: this.actor.correlationId,
      address: this.actor.address,
      at: now(),
    };
    await this.#write({
      channel: 'audit',
      topic: 'audit-log',
      tenantId: input.tenantId,
      aggregate: `audit:${input.tenantId}`,
      message,
    });
  }

  /** Gateways hear of the items in this order. */
  async feed(...inputs: readonly FeedInput[]): Promise<void> {
    await this.#write(
      ...inputs.map(input => ({
        channel: 'feed',
        topic: input.kind,
        tenantId: input.tenantId,
        aggregate: `${input.kind}:${input.key}`,
        message: input,
      })),
    );
  }

  async #write(...messages: readonly OutboxMessage[]): Promise<void> {
    const traceparent = currentTraceparent() ?? null;
    const rows = messages.map(message => ({
      id: uuid(),
      channel: message.channel,
      topic: message.topic,
      tenant_id: message.tenantId,
      partition: partitionOf(message.tenantId),
      aggregate: message.aggregate.slice(0, 255),
      aggregate_version: message.aggregateVersion ?? 0,
      message: JSON.stringify(message.message),
      state: 'pending',
      attempts: 0,
      traceparent,
      created_at: now(),
    }));
    for (let i = 0; i < rows.length; i += BATCH)
      await this.db('outbox').insert(rows.slice(i, i + BATCH));
  }
}

/** Opens transactions and tells the relay when one has left something to carry. */
export class UnitOfWork {
  readonly #listeners = new Set<() => void>();

  constructor(readonly knex: Knex) {}

  async run<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
    const attributes = {
      'db.system.name': isPostgres(this.knex) ? 'postgresql' : 'sqlite',
      'stoa.request_id': actor.correlationId,
    };
    const result = await inSpan('unit of work', { attributes }, () =>
      this.knex.transaction(db => work(new Tx(db, actor))),
    );
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
