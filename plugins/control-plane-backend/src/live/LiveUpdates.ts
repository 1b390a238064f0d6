import { StoaEvent, Topic } from '@stoa/plugin-stoa-common';
import { EventBus, userEntityRefOf } from '@stoa/plugin-stoa-node';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { SignalsService } from '@backstage/plugin-signals-node';
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
 * Tells open pages that something of theirs changed, and people that something
 * waits for them. Signals carry no content: whoever may read it reads it from
 * the API.
 */
export function subscribeLiveUpdates(deps: {
  bus: EventBus;
  people: PeopleStore;
  signals: SignalsService;
  notifications: NotificationService;
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
  deps.bus.subscribe({
    group: 'notifier',
    topics: ['subscriptions', 'notifications', 'deploy-results'],
    handler: async event => {
      const notice = await noticeOf(event, deps.people);
      if (!notice || notice.people.length === 0) return;
      await deps.notifications.send({
        recipients: {
          type: 'entity',
          entityRef: notice.people.map(userEntityRefOf),
        },
        payload: {
          title: notice.title,
          link: notice.link,
          topic: event.event_type,
          // The same event delivered twice replaces its notification.
          scope: event.event_id,
        },
      });
    },
  });
}

/** How a deployment ends that somebody waits for. */
const ENDED: ReadonlySet<string> = new Set(['success', 'failed']);

/** What the subscriber is told of; the rest they did themselves. */
const TOLD: ReadonlySet<string> = new Set([
  'subscription-approved',
  'subscription-rejected',
  'subscription-suspended',
  'subscription-reactivated',
  'subscription-revoked',
  'subscription-expired',
]);

async function noticeOf(
  event: StoaEvent,
  people: PeopleStore,
): Promise<{ people: string[]; title: string; link: string } | undefined> {
  const {
    api_id: api,
    server,
    subscriber_id: subscriber,
    status,
    expires_at: end,
    deployment_id: deployment,
    requested_by: requester,
    environment,
    version,
  } = event.payload as Record<string, string>;
  const mine = { people: [subscriber], link: '/portal/subscriptions' };
  if (event.event_type === 'subscription-created' && status === 'pending') {
    return {
      people: await people.members(event.tenant_id, 'tenant-admin'),
      title: server
        ? `A subscription to the tools of ${server} waits for your approval`
        : `A subscription to ${api} waits for your approval`,
      link: `/console/${event.tenant_id}/approvals`,
    };
  }
  const toDeployment = `/console/${event.tenant_id}/deployments/${deployment}`;
  if (event.event_type === 'deployment-approval-requested') {
    const able = await Promise.all([
      people.members(event.tenant_id, 'tenant-admin'),
      people.members(event.tenant_id, 'devops'),
    ]);
    return {
      people: [...new Set(able.flat())].filter(person => person !== requester),
      title: `Version ${version} of ${api} waits for your approval to go to ${environment}`,
      link: toDeployment,
    };
  }
  if (event.event_type === 'deploy-result') {
    if (!ENDED.has(status) || requester.startsWith('system:')) return undefined;
    return {
      people: [requester],
      title:
        status === 'success'
          ? `Version ${version} of ${api} runs in ${environment}`
          : `Version ${version} of ${api} could not be deployed to ${environment}`,
      link: toDeployment,
    };
  }
  if (event.event_type === 'subscription-tools-requested') {
    return {
      people: await people.members(event.tenant_id, 'tenant-admin'),
      title: `More tools of ${server} are asked for by a subscriber`,
      link: `/console/${event.tenant_id}/approvals`,
    };
  }
  if (event.event_type === 'subscription-expiring') {
    return {
      ...mine,
      title: server
        ? `Your subscription to the tools of ${server} ends on ${end.slice(
            0,
            10,
          )}`
        : `Your subscription to ${api} ends on ${end.slice(0, 10)}`,
    };
  }
  if (!TOLD.has(event.event_type)) return undefined;
  return {
    ...mine,
    title: server
      ? `Your subscription to the tools of ${server} is ${status}`
      : `Your subscription to ${api} is ${status}`,
  };
}
