import { useMemo } from 'react';
import { ButtonLink } from '@backstage/ui';
import { RiToolsLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EmptyState } from '@stoa/plugin-stoa-react';
import { Choice } from '../cards/Choice';
import { SearchPage } from '../cards/SearchPage';
import { useSearch } from '../cards/useSearch';
import { useTenantsSeen } from '../cards/useTenantsSeen';
import { portalTranslationRef } from '../i18n/ref';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { ToolCard } from './ToolCard';
import { useTools } from './useTools';

/** Every tool that is open to the reader, whichever server it belongs to. */
export function ToolsPage() {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const search = useSearch();
  const tools = useTools(search.q, search.tenant);
  const servers = useMemo(
    () => tools.data?.map(tool => tool.server),
    [tools.data],
  );
  const tenants = useTenantsSeen(servers);
  return (
    <SearchPage
      {...search}
      title={t('tools.title')}
      description={t('tools.description')}
      actions={
        <ButtonLink variant="secondary" href={paths.servers()}>
          {t('tools.byServer')}
        </ButtonLink>
      }
      label={t('tools.search')}
      placeholder={t('tools.placeholder')}
      filters={
        <Choice
          label={portal('catalogue.tenant')}
          value={search.tenant}
          options={tenants}
          onChange={search.setTenant}
        />
      }
      results={t('tools.title')}
      pages={tools}
      card={tool => <ToolCard tool={tool} />}
      none={t('tools.none')}
      empty={
        <EmptyState icon={<RiToolsLine size={32} />} title={t('tools.empty')}>
          {t('servers.emptyHint')}
        </EmptyState>
      }
    />
  );
}
