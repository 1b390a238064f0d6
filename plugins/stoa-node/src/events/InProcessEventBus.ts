import { StoaEvent, Topic } from '@stoa/plugin-stoa-common';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { EventBus, Subscription } from './EventBus';

/**
 * The bus of an installation without a broker. It keeps nothing itself: the
 * outbox row stays until every group has handled the event, so what was not
 * handled before a crash is delivered again after it.
 */
export class InProcessEventBus implements EventBus {
  readonly #subscriptions: Subscription[] = [];

  subscribe(subscription: Subscription): void {
    this.#subscriptions.push(subscription);
  }

  async publish(topic: Topic, event: StoaEvent): Promise<void> {
    const results = await Promise.allSettled(
      this.#subscriptions
        .filter(s => s.topics.includes(topic))
        .map(s => s.handler(event)),
    );
    const failed = results.find(r => r.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

/** The event bus of the process: in-process, as long as no broker is configured. */
export const eventBusServiceRef = createServiceRef<EventBus>({
  id: 'stoa.event-bus',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { logger: coreServices.rootLogger },
      factory: () => new InProcessEventBus(),
    }),
});
