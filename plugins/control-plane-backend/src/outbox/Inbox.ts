import { StoaEvent } from '@stoa/plugin-stoa-common';
import { SpanKind } from '@opentelemetry/api';
import {
  EventBus,
  inSpan,
  Subscription,
  TryLater,
} from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { now } from '../database/values';

/** Longer than a broker keeps events: what is older does not come again. */
const KEPT_MS = 8 * 86_400_000;

/** A subscription whose whole effect is in the database. */
export interface StoredSubscription extends Omit<Subscription, 'handler'> {
  /**
   * Does everything through `db`: it happens together with the note that it did. Answers
   * what is to be told once that is so.
   */
  readonly handler: (
    event: StoaEvent,
    db: Knex.Transaction,
  ) => Promise<(() => void) | undefined>;
}

/**
 * Where consumers subscribe: it keeps in mind which events a group has handled, and
 * gives it none of them again. While the database is away no event is blamed.
 */
export class Inbox implements Pick<EventBus, 'subscribe'> {
  constructor(readonly knex: Knex, readonly bus: EventBus) {}

  /**
   * For effects that no transaction holds. The note is made afterwards: who dies in
   * between is given the event again, and must find what it did the first time.
   */
  subscribe(subscription: Subscription): void {
    const { group, handler } = subscription;
    this.bus.subscribe({
      ...subscription,
      handler: async event => {
        if (await this.#has(group, event)) return;
        await traced(group, event, async () => {
          await handler(event);
          await this.#note(group, event, this.knex);
        });
      },
    });
  }

  /** For effects in the database: each once, whatever dies and whoever competes. */
  subscribeStored(subscription: StoredSubscription): void {
    const { group, topics, handler } = subscription;
    this.bus.subscribe({
      group,
      topics,
      handler: async event => {
        if (await this.#has(group, event)) return;
        const tell = await traced(group, event, () =>
          this.knex.transaction(async db => {
            // Of two at once the second one waits here for the first one's end.
            const first = await this.#note(group, event, db);
            return first ? handler(event, db) : undefined;
          }),
        );
        tell?.();
      },
    });
  }

  /** Forgets what cannot come again. */
  async sweep(): Promise<void> {
    const before = new Date(Date.now() - KEPT_MS).toISOString();
    await this.knex('event_inbox').where('handled_at', '<', before).del();
  }

  async #has(group: string, { event_id }: StoaEvent): Promise<boolean> {
    try {
      const row = await this.knex('event_inbox')
        .where({ consumer_group: group, event_id })
        .first('event_id');
      return row !== undefined;
    } catch (error) {
      throw new TryLater(error as Error);
    }
  }

  /** Answers false when it was noted before. */
  async #note(
    group: string,
    { event_id }: StoaEvent,
    db: Knex,
  ): Promise<boolean> {
    const rows = await db('event_inbox')
      .insert({ consumer_group: group, event_id, handled_at: now() })
      .onConflict(['consumer_group', 'event_id'])
      .ignore()
      .returning('event_id');
    return rows.length > 0;
  }
}

/** The names are those of OpenTelemetry's conventions for messaging. */
function traced<T>(
  group: string,
  { event_id: id, event_type: type, correlation_id: request }: StoaEvent,
  work: () => Promise<T>,
): Promise<T> {
  const attributes = {
    'messaging.consumer.group.name': group,
    'messaging.message.id': id,
    'stoa.event_type': type,
    'stoa.request_id': request,
  };
  return inSpan(
    `process ${type}`,
    { kind: SpanKind.CONSUMER, attributes },
    work,
  );
}
