import { RootConfigService } from '@backstage/backend-plugin-api';
import { isLanguage, Language, LANGUAGES } from './words';

export interface EmailSettings {
  readonly from: string;
  readonly smtp: {
    readonly host: string;
    readonly port: number;
    readonly secure: boolean;
    readonly requireTls: boolean;
    readonly user?: string;
    readonly password?: string;
  };
}

export interface NotificationSettings {
  /** Of people whose language is not known, and of channels. */
  readonly language: Language;
  readonly email?: EmailSettings;
  /** Incoming webhooks by tenant. */
  readonly slack: ReadonlyMap<string, string>;
}

/** Reads `stoa.notifications`; throws for what cannot work. */
export function readNotificationSettings(
  config: RootConfigService,
): NotificationSettings {
  const own = config.getOptionalConfig('stoa.notifications');
  const language = own?.getOptionalString('language') ?? 'en';
  if (!isLanguage(language)) {
    throw new Error(
      `stoa.notifications.language is "${language}"; use ${LANGUAGES.join(
        ' or ',
      )}`,
    );
  }
  const email = own?.getOptionalConfig('email');
  const smtp = email?.getConfig('smtp');
  const slack = own?.getOptionalConfig('slack.tenants');
  const secure = smtp?.getOptionalBoolean('secure') ?? false;
  return {
    language,
    email: email &&
      smtp && {
        from: email.getString('from'),
        smtp: {
          host: smtp.getString('host'),
          port: smtp.getOptionalNumber('port') ?? (secure ? 465 : 587),
          secure,
          // A password never goes over the wire in the clear.
          requireTls:
            smtp.getOptionalBoolean('requireTls') ?? smtp.has('password'),
          user: smtp.getOptionalString('user'),
          password: smtp.getOptionalString('password'),
        },
      },
    slack: new Map((slack?.keys() ?? []).map(id => [id, slack!.getString(id)])),
  };
}
