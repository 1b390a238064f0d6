import { isEventType, Topic } from '@stoa/plugin-stoa-common';
import { Inbox } from '../outbox/Inbox';
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
  readonly bus: Inbox;
  readonly webhooks: WebhookStore;
  readonly deliveries: DeliveryStore;
  readonly onDue: () => void;
}): void {
  deps.bus.subscribeStored({
    group: 'webhooks',
    topics: TOPICS,
    handler: async (event, db) => {
      if (!isEventType(event.event_type)) return undefined;
      const webhooks = await deps.webhooks.enabled(event.tenant_id, db);
      const asking = webhooks.filter(w => isAskedFor(w.events, event));
      if (asking.length === 0) return undefined;
      await deps.deliveries.add(
        event,
        asking.map(w => w.id),
        db,
      );
      return deps.onDue;
    },
  });
}
