import { Schema } from '@stoa/plugin-stoa-common';
import { Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Secret,
  Section,
  stoaTranslationRef,
  useUnsavedGuard,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { OldKeyUntil } from './OldKeyUntil';

/** The key that replaces another, once. Leaving the page before it is stored asks first. */
export function NewKey(props: {
  readonly rotation: Schema<'Rotation'>;
  readonly fileName: string;
  readonly onStored: () => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const { new_api_key: key, old_key_expires_at: until } = props.rotation;
  useUnsavedGuard(key !== null, shared('secret.once'));
  return (
    <Section title={shared('secret.title')}>
      <OldKeyUntil at={until} />
      {key ? (
        <Secret
          value={key}
          fileName={props.fileName}
          onStored={props.onStored}
        />
      ) : (
        <Text as="p">{t('subscribe.replayed')}</Text>
      )}
    </Section>
  );
}
