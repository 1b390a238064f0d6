import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useToast } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { ChoiceDialog } from './ChoiceDialog';

/** Puts the end of a subscription off. */
export function ExtendSubscription(props: {
  readonly run: (days: number, idempotencyKey: string) => Promise<unknown>;
  readonly onDone: () => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const toast = useToast();
  return (
    <ChoiceDialog
      action={t('extension.extend')}
      title={t('extension.title')}
      hint={t('extension.hint')}
      question={t('extension.by')}
      preset={7}
      choices={[
        { value: 7, label: t('extension.days', { n: '7' }) },
        { value: 14, label: t('extension.days', { n: '14' }) },
      ]}
      run={async (days, key) => {
        await props.run(days, key);
        props.onDone();
        toast(t('extension.done'));
      }}
    />
  );
}
