import { withTraceparent } from '../telemetry/spans';
import {
  EventBus,
  Message,
  NotTaken,
  Subscription,
  TryLater,
} from './EventBus';

/**
 * The bus of an installation without a broker. It keeps nothing itself: the
 * outbox row stays until every group has handled the event, so what was not
 * handled before a crash is delivered again after it.
 */
export class InProcessEventBus implements EventBus {
  readonly kind = 'in-process';
  readonly #subscriptions = new Map<string, Subscription>();

  subscribe(subscription: Subscription): void {
    const { group } = subscription;
    if (this.#subscriptions.has(group))
      throw new Error(`The group ${group} has subscribed already`);
    this.#subscriptions.set(group, subscription);
  }

  async publish(messages: readonly Message[]): Promise<void> {
    for (const [taken, message] of messages.entries()) {
      const error = await this.#deliver(message);
      if (error) throw new NotTaken(taken, error);
    }
  }

  async #deliver({
    topic,
    event,
    traceparent,
  }: Message): Promise<Error | undefined> {
    const subscriptions = [...this.#subscriptions.values()].filter(s =>
      s.topics.includes(topic),
    );
    const results = await withTraceparent(traceparent, () =>
      Promise.allSettled(subscriptions.map(s => s.handler(event))),
    );
    const errors: Error[] = results.flatMap(r =>
      r.status === 'rejected' ? [r.reason] : [],
    );
    // A group that always fails must be found out, whatever the others wait for.
    return errors.find(e => !(e instanceof TryLater)) ?? errors[0];
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async check(): Promise<void> {}
}
