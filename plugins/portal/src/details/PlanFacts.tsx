import { Schema } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useLocale } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import styles from './plans.module.css';

export type Plan = Schema<'Plan'>;

/** What a plan allows, and whether somebody has to agree. */
export function PlanFacts({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslationRef(portalTranslationRef);
  const number = new Intl.NumberFormat(useLocale());
  const { quota_per_day: day, quota_per_month: month } = plan;
  const count = (n: number) => ({ n: number.format(n) });
  return (
    <ul className={styles.facts}>
      <li>{t('plan.rate', count(plan.rate_limit_per_minute))}</li>
      {plan.burst > 0 && <li>{t('plan.burst', count(plan.burst))}</li>}
      {day !== undefined && <li>{t('plan.day', count(day))}</li>}
      {month !== undefined && <li>{t('plan.month', count(month))}</li>}
      {day === undefined && month === undefined && (
        <li>{t('plan.unlimited')}</li>
      )}
      <li>{plan.requires_approval ? t('plan.approval') : t('plan.instant')}</li>
    </ul>
  );
}
