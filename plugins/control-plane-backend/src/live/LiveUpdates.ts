import { Topic } from '@stoa/plugin-stoa-common';
import { userEntityRefOf } from '@stoa/plugin-stoa-node';
import { SignalsService } from '@backstage/plugin-signals-node';
import { Inbox } from '../outbox/Inbox';
import { PeopleStore } from '../people/PeopleStore';

/** The one channel of signals; the message says what changed, the page reads it anew. */
export const LIVE_CHANNEL = 'stoa';

const TOPICS: readonly Topic[] = [
  'api-created',
  'api-updated',
  'api-deleted',
  'deploy-results',
  'notifications',
  'subscriptions',
];

/**
 * Tells open pages that something of theirs changed. Signals carry no content:
 * whoever may read it reads it from the API.
 */
export function subscribeLiveUpdates(deps: {
  bus: Inbox;
  people: PeopleStore;
  signals: SignalsService;
}): void {
  deps.bus.subscribe({
    group: 'live',
    topics: TOPICS,
    handler: async event => {
      const subscriber = event.payload.subscriber_id;
      const people = new Set(await deps.people.members(event.tenant_id));
      if (typeof subscriber === 'string') people.add(subscriber);
      if (people.size === 0) return;
      await deps.signals.publish({
        channel: LIVE_CHANNEL,
        recipients: {
          type: 'user',
          entityRef: [...people].map(userEntityRefOf),
        },
        message: { topic: event.event_type, tenant_id: event.tenant_id },
      });
    },
  });
}
