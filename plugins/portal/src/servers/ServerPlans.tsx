import { ButtonLink } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EmptyState } from '@stoa/plugin-stoa-react';
import { PlanCards } from '../details/PlanCards';
import { portalTranslationRef } from '../i18n/ref';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { ServerDetails } from './useServer';

export function ServerPlans({ server }: { readonly server: ServerDetails }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  if (server.plan_details.length === 0) {
    return (
      <EmptyState title={t('server.noPlans')}>
        {portal('api.noPlansHint')}
      </EmptyState>
    );
  }
  return (
    <PlanCards
      plans={server.plan_details}
      action={plan =>
        server.permissions.subscribe &&
        !server.subscription && (
          <ButtonLink
            variant="secondary"
            href={`${paths.subscribeServer(server.id)}?plan=${plan.id}`}
          >
            {portal('plan.choose', { plan: plan.name })}
          </ButtonLink>
        )
      }
    />
  );
}
