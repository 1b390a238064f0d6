import { ButtonLink } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EmptyState } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { PlanCards } from './PlanCards';
import { PortalApiDetails } from './useApi';

export function Plans({ api }: { readonly api: PortalApiDetails }) {
  const { t } = useTranslationRef(portalTranslationRef);
  if (api.plan_details.length === 0) {
    return (
      <EmptyState title={t('api.noPlans')}>{t('api.noPlansHint')}</EmptyState>
    );
  }
  return (
    <PlanCards
      plans={api.plan_details}
      action={plan => (
        <ButtonLink
          variant="secondary"
          href={`${paths.subscribe(api.tenant_id, api.api_id)}?plan=${plan.id}`}
        >
          {t('plan.choose', { plan: plan.name })}
        </ButtonLink>
      )}
    />
  );
}
