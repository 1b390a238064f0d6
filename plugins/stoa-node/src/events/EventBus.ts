import { StoaEvent, Topic } from '@stoa/plugin-stoa-common';

/**
 * Handles one event, which may come again. A rejection is retried with backoff a
 * few times; then the event is set aside with the reason, and the next one comes.
 */
export type EventHandler = (event: StoaEvent) => Promise<void>;

export interface Subscription {
  /** Consumer group, one subscription each: every group is given every event of its topics. */
  readonly group: string;
  readonly topics: readonly Topic[];
  readonly handler: EventHandler;
}

export interface Message {
  readonly topic: Topic;
  readonly event: StoaEvent;
  /** The trace that the event came of; its handlers' work belongs to it. */
  readonly traceparent?: string;
}

/**
 * Carries events from the outbox to consumers: at least once, and in order for
 * each tenant within a topic. An event that comes again comes after its first
 * time, so whoever leaves out what was seen before sees all events in order.
 */
export interface EventBus {
  readonly kind: 'in-process' | 'kafka';

  /**
   * Resolves when the bus has taken responsibility for all: for the in-process bus,
   * when every group has handled them.
   *
   * @throws NotTaken saying how many of the first it has taken
   */
  publish(messages: readonly Message[]): Promise<void>;

  /** Before `start`. */
  subscribe(subscription: Subscription): void;

  /** Begins to deliver, and comes back to it for as long as it takes where a broker is away. */
  start(): Promise<void>;

  /** Finishes the events in hand. Nothing is delivered afterwards. */
  stop(): Promise<void>;

  /** Throws unless events can be carried now. */
  check(): Promise<void>;
}

/** `publish` took the first `taken` messages; the next one failed for the `cause`. */
export class NotTaken extends Error {
  constructor(readonly taken: number, readonly cause: Error) {
    super(cause.message);
    this.name = 'NotTaken';
  }
}

/**
 * Says that nothing is wrong with an event, but something that it needs is away: a
 * broker, a database. It is offered again for as long as it takes.
 */
export class TryLater extends Error {
  constructor(readonly cause: Error) {
    super(cause.message);
    this.name = 'TryLater';
  }
}
