import { Alert } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useLocale } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';

/** Until when the key works that was replaced, to the minute in the reader's own time. */
export function OldKeyUntil(props: { readonly at: string }) {
  const { t } = useTranslationRef(portalTranslationRef);
  const time = new Intl.DateTimeFormat(useLocale(), {
    dateStyle: 'long',
    timeStyle: 'short',
  });
  return (
    <Alert
      status="info"
      icon
      title={t('rotation.oldUntil', {
        until: time.format(Date.parse(props.at)),
      })}
    />
  );
}
