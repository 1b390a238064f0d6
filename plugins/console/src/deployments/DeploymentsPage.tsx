import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Page } from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../i18n/ref';
import { DeploymentsTable } from './DeploymentsTable';

export function DeploymentsPage() {
  const { t } = useTranslationRef(consoleTranslationRef);
  return (
    <Page title={t('deployments.title')}>
      <DeploymentsTable />
    </Page>
  );
}
