import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { StateBadge } from '@stoa/plugin-stoa-react';
import { Deployment } from '../apis/types';
import { consoleTranslationRef } from '../i18n/ref';
import { waitsForApproval } from './moving';

/** The state of a deployment; one that waits for a person says so. */
export function DeploymentState(props: { readonly deployment: Deployment }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { deployment } = props;
  return (
    <StateBadge
      status={deployment.status}
      label={waitsForApproval(deployment) ? t('deployments.waits') : undefined}
    />
  );
}
