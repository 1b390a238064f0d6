import { Link } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  CopyableId,
  Facts,
  RelativeTime,
  Section,
  useActorName,
} from '@stoa/plugin-stoa-react';
import { Deployment } from '../apis/types';
import { consoleTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { Took } from './Took';

/** Who brought what where, who approved it, and which deployment it follows from. */
export function DeploymentFacts(props: { readonly deployment: Deployment }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const actorName = useActorName();
  const { deployment } = props;
  const tenant = deployment.tenant_id;
  const other = (label: string, id: string | undefined) =>
    id
      ? [
          {
            label,
            value: (
              <Link href={paths.deployment(tenant, id)}>
                {t('deployments.see')}
              </Link>
            ),
          },
        ]
      : [];
  return (
    <Section title={t('deployments.facts')}>
      <Facts
        items={[
          {
            label: t('deployments.api'),
            value: (
              <Link href={paths.api(tenant, deployment.api_id)}>
                {deployment.api_id}
              </Link>
            ),
          },
          {
            label: t('deployments.by'),
            value: actorName(deployment.requested_by),
          },
          ...(deployment.approved_by
            ? [
                {
                  label: t('deployments.approvedBy'),
                  value: actorName(deployment.approved_by),
                },
              ]
            : []),
          {
            label: t('deployments.started'),
            value: <RelativeTime at={deployment.created_at} />,
          },
          {
            label: t('deployments.took'),
            value: (
              <Took from={deployment.created_at} to={deployment.completed_at} />
            ),
          },
          ...other(t('deployments.promotedFrom'), deployment.promoted_from),
          ...other(t('deployments.rollbackOf'), deployment.rollback_of),
          {
            label: t('deployments.correlation'),
            value: <CopyableId id={deployment.correlation_id} />,
          },
        ]}
      />
    </Section>
  );
}
