import {
  TranslationApi,
  TranslationSnapshot,
} from '@backstage/frontend-plugin-api';
import { NotificationsApi } from '@backstage/plugin-notifications';
import { stoaTranslationRef } from '@stoa/plugin-stoa-react';
import { TranslatedNotifications } from './TranslatedNotifications';

type Snapshot = TranslationSnapshot<typeof stoaTranslationRef.T>;
type Observer = { next?: (snapshot: Snapshot) => void; error?: () => void };

const READY = {
  ready: true,
  t: (key: string, values?: object) => `${key} ${JSON.stringify(values ?? {})}`,
} as unknown as Snapshot;

/** A translation that is there at once, or arrives, or fails, when the test says so. */
function translations(first: Snapshot) {
  const observers: Observer[] = [];
  const api = {
    getTranslation: () => first,
    translation$: () => ({
      subscribe: (observer: Observer) => {
        observers.push(observer);
        return { unsubscribe: () => {} };
      },
    }),
  } as unknown as TranslationApi;
  return { api, observers };
}

const sent = (origin: string, title: string, topic: string) => ({
  id: title,
  user: 'user:default/consumer',
  created: new Date(0),
  origin,
  payload: { title, topic, link: '/portal/subscriptions' },
});
const WAITS = sent(
  'plugin:control-plane',
  'A subscription to crm-api waits for your approval',
  'subscription-created',
);
const STRANGE = sent('plugin:control-plane', 'Something else', 'else');
const FOREIGN = sent(
  'plugin:scaffolder',
  'A subscription to crm-api waits for your approval',
  'subscription-created',
);

function notificationsOf(first: Snapshot) {
  const client = {
    getNotifications: jest.fn(async () => ({
      notifications: [WAITS, STRANGE, FOREIGN],
      totalCount: 3,
    })),
    getNotification: jest.fn(async () => WAITS),
    getTopics: jest.fn(async () => ({ topics: ['subscription-created'] })),
  };
  const { api, observers } = translations(first);
  const notifications = new TranslatedNotifications({
    client: client as unknown as NotificationsApi,
    translationApi: api,
    sender: 'STOA',
  });
  return { notifications, client, observers };
}

describe('TranslatedNotifications', () => {
  it('translates our own, and leaves alone what it does not know', async () => {
    const { notifications } = notificationsOf(READY);
    const answer = await notifications.getNotifications();
    expect(answer.totalCount).toBe(3);
    const [ours, strange, foreign] = answer.notifications;
    expect(ours).toEqual({
      ...WAITS,
      origin: 'STOA',
      payload: {
        ...WAITS.payload,
        title: 'said.notice_waits {"api":"crm-api"}',
        topic: 'event.subscription_created {}',
      },
    });
    expect(strange.payload).toEqual(STRANGE.payload);
    expect(foreign).toEqual(FOREIGN);
  });

  it('asks for a topic by the name that the server has for it', async () => {
    const { notifications, client } = notificationsOf(READY);
    const { topics } = await notifications.getTopics();
    expect(topics).toEqual(['event.subscription_created {}']);
    await notifications.getNotifications({ topic: topics[0], limit: 5 });
    expect(client.getNotifications).toHaveBeenCalledWith({
      topic: 'subscription-created',
      limit: 5,
    });
  });

  it('waits for words that are on their way, and does without those that never come', async () => {
    const late = notificationsOf({ ready: false });
    const asked = late.notifications.getNotification('1');
    late.observers[0].next?.(READY);
    expect((await asked).payload.title).toMatch(/^said\.notice_waits/);

    const lost = notificationsOf({ ready: false });
    const askedInVain = lost.notifications.getNotification('1');
    lost.observers[0].error?.();
    expect(await askedInVain).toEqual(WAITS);
  });
});
