import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { portalTranslationRef } from '../i18n/ref';
import { Step, STEPS } from './useWizard';
import styles from './subscribe.module.css';

const WORD = {
  application: 'subscribe.stepApplication',
  plan: 'subscribe.stepPlan',
  confirm: 'subscribe.stepConfirm',
} as const;

export function Steps({ current }: { readonly current: Step }) {
  const { t } = useTranslationRef(portalTranslationRef);
  return (
    <ol className={styles.steps} aria-label={t('subscribe.steps')}>
      {STEPS.map(step => (
        <li key={step} aria-current={step === current ? 'step' : undefined}>
          {t(WORD[step])}
        </li>
      ))}
    </ol>
  );
}
