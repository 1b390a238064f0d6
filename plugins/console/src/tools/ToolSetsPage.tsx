import { ButtonLink, SearchField } from '@backstage/ui';
import { RiAddLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Page, useUrlState } from '@stoa/plugin-stoa-react';
import { useTenant } from '../frame/TenantContext';
import { consoleToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { ToolSetsTable } from './ToolSetsTable';
import styles from '../apis/apis.module.css';

/** The ToolSets of a tenant, under the search that the address holds. */
export function ToolSetsPage() {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const tenant = useTenant();
  const [q, setQ] = useUrlState('q');
  const create = tenant.permissions.create_toolset && (
    <ButtonLink iconStart={<RiAddLine />} href={paths.newToolSet(tenant.id)}>
      {t('list.create')}
    </ButtonLink>
  );
  return (
    <Page
      title={t('list.title')}
      description={t('list.description')}
      actions={create}
    >
      <div role="search" className={styles.bar}>
        <SearchField
          aria-label={t('list.search')}
          placeholder={t('list.search')}
          size="small"
          className={styles.search}
          value={q}
          onChange={setQ}
        />
      </div>
      <ToolSetsTable q={q} create={create} />
    </Page>
  );
}
