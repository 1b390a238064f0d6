import { ButtonLink } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EmptyState } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { PlanFacts } from './PlanFacts';
import { PortalApiDetails } from './useApi';
import styles from './plans.module.css';

export function Plans({ api }: { readonly api: PortalApiDetails }) {
  const { t } = useTranslationRef(portalTranslationRef);
  if (api.plan_details.length === 0) {
    return (
      <EmptyState title={t('api.noPlans')}>{t('api.noPlansHint')}</EmptyState>
    );
  }
  return (
    <ul className={styles.plans}>
      {api.plan_details.map(plan => (
        <li key={plan.id} className={styles.plan}>
          <h2 className={styles.name}>{plan.name}</h2>
          <PlanFacts plan={plan} />
          <ButtonLink
            variant="secondary"
            href={`${paths.subscribe(api.tenant_id, api.api_id)}?plan=${
              plan.id
            }`}
          >
            {t('plan.choose', { plan: plan.name })}
          </ButtonLink>
        </li>
      ))}
    </ul>
  );
}
