import { NotificationService } from '@backstage/plugin-notifications-node';
import { DiallerService } from '@stoa/plugin-stoa-node';
import { Mailer } from './Mailer';
import { Notice } from './Notice';
import {
  ClaimedNotification,
  NotificationStore,
  Target,
} from './NotificationStore';
import { Recipients } from './Recipients';
import { SendError } from './SendError';
import { sendSlack } from './sendSlack';
import { SlackAddresses } from './SlackAddresses';
import { Language, textOf, WORDS } from './words';

/**
 * Tells one recipient by one way; `people` is the step before, which finds out who
 * that is. Every step may be done again: in the web interface the second time
 * replaces the first, by the other ways it may be seen twice.
 */
export class Notifier {
  constructor(
    readonly deps: {
      readonly store: NotificationStore;
      readonly recipients: Recipients;
      readonly web: NotificationService;
      /** Absent where no mail server is configured. */
      readonly mailer?: Mailer;
      readonly slack: SlackAddresses;
      readonly dialler: DiallerService;
      /** Of channels. */
      readonly language: Language;
      /** Of the web interface, without a slash at the end. */
      readonly appUrl: string;
    },
  ) {}

  /** Answers what is to be sent next. Throws, `SendError` where the reason may be told. */
  async perform(claimed: ClaimedNotification): Promise<readonly Target[]> {
    const { channel } = claimed;
    if (channel === 'people') return this.#findPeople(claimed);
    if (channel === 'web') await this.#tell(claimed);
    else if (channel === 'email') await this.#mail(claimed);
    else await this.#post(claimed);
    return [];
  }

  async #findPeople({
    eventId,
    notice,
  }: ClaimedNotification): Promise<readonly Target[]> {
    const { people, complete } = await this.deps.recipients.of(notice);
    const ways = waysOf(notice);
    const channel = this.deps.slack.recipientOf(notice);
    const targets: Target[] = people.flatMap(({ ref, email }) => [
      ...(ways.has('web') ? [{ channel: 'web' as const, recipient: ref }] : []),
      ...(ways.has('email') && email && this.deps.mailer
        ? [{ channel: 'email' as const, recipient: ref }]
        : []),
    ]);
    if (ways.has('slack') && channel)
      targets.push({ channel: 'slack', recipient: channel });
    if (complete) return targets;
    // Those who are known do not wait for the others.
    await this.deps.store.add(eventId, notice, targets);
    throw new SendError('somebody is not in the catalog', false);
  }

  async #tell({ eventId, recipient, notice }: ClaimedNotification) {
    await this.deps.web.send({
      recipients: { type: 'entity', entityRef: recipient },
      payload: {
        // The page says it in the language that it is read in.
        title: textOf('en', notice.kind, notice.values).subject,
        link: notice.link,
        topic: notice.topic,
        // The same event told twice replaces its notification.
        scope: eventId,
      },
    });
  }

  async #mail({ id, recipient, notice }: ClaimedNotification) {
    const { mailer, recipients, appUrl } = this.deps;
    const person = await recipients.get(recipient);
    if (!mailer || !person?.email) throw new SendError('no address', true);
    await mailer.send({
      to: person.email,
      id,
      text: textOf(person.language, notice.kind, notice.values),
      words: WORDS[person.language],
      link: `${appUrl}${notice.link}`,
      language: person.language,
    });
  }

  async #post({ recipient, notice }: ClaimedNotification) {
    const { slack, dialler, language, appUrl } = this.deps;
    const url = await slack.get(notice.tenantId, recipient);
    await sendSlack(dialler.forTenant(notice.tenantId), url, {
      text: textOf(language, notice.kind, notice.values),
      open: WORDS[language].open,
      link: `${appUrl}${notice.link}`,
    });
  }
}

function waysOf({ only }: Notice): ReadonlySet<string> {
  return new Set(only ?? ['web', 'email', 'slack']);
}
