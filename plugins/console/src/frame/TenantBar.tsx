import { Select, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useLocation, useNavigate } from 'react-router-dom';
import { LinkTabs, MyTenant } from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { CurrentTenant } from './TenantContext';
import styles from './frame.module.css';

/** Switching the tenant keeps the part of the console one is in. */
export function TenantBar(props: {
  readonly tenant: CurrentTenant;
  readonly tenants: readonly MyTenant[];
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const navigate = useNavigate();
  const part = useLocation().pathname.split('/')[3] ?? '';
  const { tenant, tenants } = props;
  const tabs = [
    { label: t('nav.apis'), href: paths.apis(tenant.id) },
    { label: t('nav.tools'), href: paths.toolSets(tenant.id) },
    { label: t('nav.approvals'), href: paths.approvals(tenant.id) },
    { label: t('nav.deployments'), href: paths.deployments(tenant.id) },
    { label: t('nav.usage'), href: paths.usage(tenant.id) },
    ...(tenant.permissions.read_audit
      ? [{ label: t('nav.audit'), href: paths.audit(tenant.id) }]
      : []),
  ];
  return (
    <header className={styles.bar}>
      {tenants.length > 1 ? (
        <Select
          aria-label={t('console.tenant')}
          size="small"
          className={styles.tenant}
          options={tenants.map(({ id, display_name }) => ({
            id,
            label: display_name,
          }))}
          selectedKey={tenant.id}
          onSelectionChange={key =>
            key !== null && navigate(`${paths.tenant(String(key))}/${part}`)
          }
        />
      ) : (
        <Text weight="bold">{tenant.name}</Text>
      )}
      <LinkTabs
        label={t('console.parts')}
        tabs={tabs.map(tab => ({ ...tab, prefix: true }))}
      />
    </header>
  );
}
