import {
  AuthService,
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { Topic } from '@stoa/plugin-stoa-common';
import { DiallerService, Sealer, SecretStore } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { AlertRuleStore } from '../alerts/AlertRuleStore';
import { Inbox } from '../outbox/Inbox';
import { Mailer } from './Mailer';
import { noticeOf } from './noticeOf';
import { NotificationStore } from './NotificationStore';
import { NotificationWorker } from './NotificationWorker';
import { Notifier } from './Notifier';
import { Recipients } from './Recipients';
import { readNotificationSettings } from './settings';
import { SlackAddresses } from './SlackAddresses';

const TOPICS: readonly Topic[] = [
  'api-updated',
  'deploy-results',
  'notifications',
  'subscriptions',
];

export interface Notifications {
  readonly worker: NotificationWorker;
  /** Throws unless mail can be handed over; absent where none is configured. */
  readonly checkMail?: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Tells people what happens and what waits for them: in the web interface, by e-mail and in Slack. */
export function createNotifications(options: {
  readonly config: RootConfigService;
  readonly knex: Knex;
  readonly bus: Inbox;
  readonly catalog: CatalogService;
  readonly auth: AuthService;
  readonly notifications: NotificationService;
  readonly secrets: SecretStore;
  readonly dialler: DiallerService;
  readonly logger: LoggerService;
  readonly baseUrl: string;
}): Notifications {
  const { config, knex, logger } = options;
  const settings = readNotificationSettings(config);
  const { language } = settings;
  const appUrl = config.getOptionalString('app.baseUrl') ?? options.baseUrl;
  const store = new NotificationStore(knex);
  const mailer = settings.email && new Mailer(settings.email);
  const notifier = new Notifier({
    ...options,
    store,
    recipients: new Recipients({ ...options, language }),
    web: options.notifications,
    mailer,
    slack: new SlackAddresses({
      configured: settings.slack,
      rules: new AlertRuleStore(knex),
      sealer: new Sealer(options.secrets),
    }),
    language,
    appUrl: appUrl.replace(/\/+$/, ''),
  });
  const worker = new NotificationWorker({ store, notifier, logger });

  options.bus.subscribeStored({
    group: 'notifier',
    topics: TOPICS,
    handler: async (event, db) => {
      const notice = noticeOf(event);
      if (!notice) return undefined;
      const everybody = { channel: 'people', recipient: '' } as const;
      await store.add(event.event_id, notice, [everybody], db);
      return () => worker.poke();
    },
  });
  return {
    worker,
    checkMail: mailer && (() => mailer.check()),
    stop: async () => {
      await worker.stop();
      mailer?.close();
    },
  };
}
