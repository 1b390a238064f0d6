import { Schema } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { portalTranslationRef } from '../i18n/ref';
import { ChoiceDialog } from './ChoiceDialog';

const PRESET_HOURS = 24;

/** Another key; how long the old one works on beside it is the subscriber's choice. */
export function ReplaceKey(props: {
  readonly run: (
    hours: number,
    idempotencyKey: string,
  ) => Promise<Schema<'Rotation'>>;
  readonly onReplaced: (rotation: Schema<'Rotation'>) => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  return (
    <ChoiceDialog
      action={t('rotation.replace')}
      title={t('rotation.title')}
      hint={t('rotation.hint')}
      question={t('rotation.grace')}
      preset={PRESET_HOURS}
      choices={[
        { value: 1, label: t('rotation.hour') },
        { value: 24, label: t('rotation.day') },
        { value: 168, label: t('rotation.week') },
      ]}
      run={async (hours, key) => props.onReplaced(await props.run(hours, key))}
    />
  );
}
