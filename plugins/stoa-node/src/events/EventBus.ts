import { StoaEvent, Topic } from '@stoa/plugin-stoa-common';

/** Handles one event. A rejection is retried with backoff, then the event goes to `<topic>.dlq`. */
export type EventHandler = (event: StoaEvent) => Promise<void>;

export interface Subscription {
  /** Consumer group: each group sees each event once in effect (the inbox is the group's own business). */
  readonly group: string;
  readonly topics: readonly Topic[];
  readonly handler: EventHandler;
}

/**
 * Carries events from the outbox to consumers, at least once, in order per
 * tenant. `publish` resolves when the bus has taken responsibility: for the
 * in-process bus, when every group has handled the event.
 */
export interface EventBus {
  publish(topic: Topic, event: StoaEvent): Promise<void>;
  subscribe(subscription: Subscription): void;
}
