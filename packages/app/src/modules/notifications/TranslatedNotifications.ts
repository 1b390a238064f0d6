import { TranslationApi } from '@backstage/frontend-plugin-api';
import {
  GetNotificationsOptions,
  NotificationsApi,
} from '@backstage/plugin-notifications';
import { stoaTranslationRef, Words, wordsOf } from '@stoa/plugin-stoa-react';

type Notification = Awaited<ReturnType<NotificationsApi['getNotification']>>;

/** Whom our backend signs its notifications as. */
const OURS = 'plugin:control-plane';

/**
 * Notifications of the control plane in the reader's language; those of others,
 * and sentences that we do not know, stay as they were sent. Searching looks at
 * what was sent.
 */
export class TranslatedNotifications implements NotificationsApi {
  readonly #client: NotificationsApi;
  readonly #translationApi: TranslationApi;
  readonly #sender: string;
  /** What the page calls a topic, and what the server does. */
  readonly #topics = new Map<string, string>();

  constructor(options: {
    client: NotificationsApi;
    translationApi: TranslationApi;
    /** The name to show as the origin of our own notifications. */
    sender: string;
  }) {
    this.#client = options.client;
    this.#translationApi = options.translationApi;
    this.#sender = options.sender;
  }

  async getNotifications(options?: GetNotificationsOptions) {
    const topic = options?.topic && this.#topics.get(options.topic);
    const [answer, words] = await Promise.all([
      this.#client.getNotifications(topic ? { ...options, topic } : options),
      this.#words(),
    ]);
    return {
      ...answer,
      notifications: answer.notifications.map(one =>
        this.#translate(one, words),
      ),
    };
  }

  async getNotification(id: string) {
    const [one, words] = await Promise.all([
      this.#client.getNotification(id),
      this.#words(),
    ]);
    return this.#translate(one, words);
  }

  async updateNotifications(
    ...args: Parameters<NotificationsApi['updateNotifications']>
  ) {
    const [changed, words] = await Promise.all([
      this.#client.updateNotifications(...args),
      this.#words(),
    ]);
    return changed.map(one => this.#translate(one, words));
  }

  async getTopics(...args: Parameters<NotificationsApi['getTopics']>) {
    const [{ topics }, words] = await Promise.all([
      this.#client.getTopics(...args),
      this.#words(),
    ]);
    const named = topics.map(topic => {
      const name = words?.event(topic) ?? topic;
      this.#topics.set(name, topic);
      return name;
    });
    return { topics: named };
  }

  getStatus() {
    return this.#client.getStatus();
  }

  getNotificationSettings() {
    return this.#client.getNotificationSettings();
  }

  updateNotificationSettings(
    ...args: Parameters<NotificationsApi['updateNotificationSettings']>
  ) {
    return this.#client.updateNotificationSettings(...args);
  }

  #translate(one: Notification, words: Words | undefined): Notification {
    if (one.origin !== OURS || !words) return one;
    const { title, topic } = one.payload;
    return {
      ...one,
      origin: this.#sender,
      payload: {
        ...one.payload,
        title: words.said(title) ?? title,
        topic: topic && words.event(topic),
      },
    };
  }

  /** Our words once they have arrived; without them things keep their own names. */
  #words(): Promise<Words | undefined> {
    const snapshot = this.#translationApi.getTranslation(stoaTranslationRef);
    if (snapshot.ready) return Promise.resolve(wordsOf(snapshot.t));
    return new Promise(resolve => {
      const subscription = this.#translationApi
        .translation$(stoaTranslationRef)
        .subscribe({
          next: next => {
            if (!next.ready) return;
            resolve(wordsOf(next.t));
            subscription.unsubscribe();
          },
          error: () => resolve(undefined),
        });
    });
  }
}
