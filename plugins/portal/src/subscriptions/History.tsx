import { Schema } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Status,
  Timeline,
  TONE_OF_STATUS,
  useActorName,
  useWords,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';

export function History(props: {
  readonly entries: readonly Schema<'SubscriptionHistoryEntry'>[];
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const actorName = useActorName();
  const words = useWords();
  return (
    <Timeline
      label={t('subscriptions.timeline')}
      entries={props.entries.map((entry, index) => ({
        key: `${entry.at}/${index}`,
        title: words.event(entry.event),
        status: isStatus(entry.status) ? entry.status : 'ended',
        at: entry.at,
        note: [
          entry.actor &&
            t('subscriptions.by', { actor: actorName(entry.actor) }),
          entry.reason,
        ]
          .filter(Boolean)
          .join(' · '),
      }))}
    />
  );
}

function isStatus(value: string): value is Status {
  return Object.hasOwn(TONE_OF_STATUS, value);
}
