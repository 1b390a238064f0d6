import { isEventType, Topic } from '@stoa/plugin-stoa-common';
import { EventBus } from '@stoa/plugin-stoa-node';
import { DeliveryStore } from './DeliveryStore';
import { isAskedFor } from './eventNames';
import { WebhookStore } from './WebhookStore';

/** What happens to a tenant's things. Not what is counted or recorded of single calls. */
const TOPICS: readonly Topic[] = [
  'api-created',
  'api-updated',
  'api-deleted',
  'deploy-requests',
  'deploy-results',
  'notifications',
  'subscriptions',
  'webhooks',
];

/**
 * Makes deliveries of the events that webhooks ask for. An event that comes twice
 * has its deliveries already.
 */
export function consumeEvents(deps: {
  readonly bus: EventBus;
  readonly webhooks: WebhookStore;
  readonly deliveries: DeliveryStore;
  readonly onDue: () => void;
}): void {
  deps.bus.subscribe({
    group: 'webhooks',
    topics: TOPICS,
    handler: async event => {
      if (!isEventType(event.event_type)) return;
      const webhooks = await deps.webhooks.enabled(event.tenant_id);
      const asking = webhooks.filter(w => isAskedFor(w.events, event));
      if (asking.length === 0) return;
      await deps.deliveries.add(
        event,
        asking.map(w => w.id),
      );
      deps.onDue();
    },
  });
}
