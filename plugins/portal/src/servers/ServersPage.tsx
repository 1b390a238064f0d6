import { ButtonLink } from '@backstage/ui';
import { RiPlugLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EmptyState } from '@stoa/plugin-stoa-react';
import { Choice } from '../cards/Choice';
import { SearchPage } from '../cards/SearchPage';
import { useSearch } from '../cards/useSearch';
import { useTenantsSeen } from '../cards/useTenantsSeen';
import { portalTranslationRef } from '../i18n/ref';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { ServerCard } from './ServerCard';
import { useServers } from './useServers';

/** Every MCP server that is open to the reader. */
export function ServersPage() {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const search = useSearch();
  const servers = useServers(search.q, search.tenant);
  const tenants = useTenantsSeen(servers.data);
  return (
    <SearchPage
      {...search}
      title={t('servers.title')}
      description={t('servers.description')}
      actions={
        <ButtonLink variant="secondary" href={paths.tools()}>
          {t('servers.allTools')}
        </ButtonLink>
      }
      label={t('servers.search')}
      placeholder={portal('catalogue.placeholder')}
      filters={
        <Choice
          label={portal('catalogue.tenant')}
          value={search.tenant}
          options={tenants}
          onChange={search.setTenant}
        />
      }
      results={t('servers.title')}
      pages={servers}
      card={server => <ServerCard server={server} />}
      none={t('servers.none')}
      empty={
        <EmptyState icon={<RiPlugLine size={32} />} title={t('servers.empty')}>
          {t('servers.emptyHint')}
        </EmptyState>
      }
    />
  );
}
