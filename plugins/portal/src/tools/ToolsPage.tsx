import { useMemo } from 'react';
import { Button, ButtonLink, SearchField } from '@backstage/ui';
import { RiToolsLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import { EmptyState, Page } from '@stoa/plugin-stoa-react';
import { CardList } from '../cards/CardList';
import { Choice } from '../cards/Choice';
import { useTenantsSeen } from '../cards/useTenantsSeen';
import { portalTranslationRef } from '../i18n/ref';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { ToolCard } from './ToolCard';
import { useTools } from './useTools';
import styles from '../cards/cards.module.css';

/** Every tool that is open to the reader, whichever server it belongs to. */
export function ToolsPage() {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const found = useTools();
  const servers = useMemo(
    () => found.tools.data?.map(tool => tool.server),
    [found.tools.data],
  );
  const tenants = useTenantsSeen(servers);
  return (
    <Page
      title={t('tools.title')}
      description={t('tools.description')}
      actions={
        <ButtonLink variant="secondary" href={paths.servers()}>
          {t('tools.byServer')}
        </ButtonLink>
      }
    >
      <div role="search" className={styles.bar}>
        <SearchField
          label={t('tools.search')}
          placeholder={t('tools.placeholder')}
          size="small"
          className={styles.search}
          value={found.typed}
          onChange={found.setTyped}
        />
        <Choice
          label={portal('catalogue.tenant')}
          value={found.tenant}
          options={tenants}
          onChange={found.setTenant}
        />
      </div>
      <CardList
        label={t('tools.title')}
        pages={found.tools}
        card={tool => <ToolCard tool={tool} />}
        empty={<Nothing {...found} />}
      />
    </Page>
  );
}

function Nothing({
  filtered,
  setTyped,
}: Pick<ReturnType<typeof useTools>, 'filtered' | 'setTyped'>) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const navigate = useNavigate();
  return filtered ? (
    <EmptyState
      title={t('tools.none')}
      action={
        <Button
          variant="secondary"
          onPress={() => {
            setTyped('');
            navigate(paths.tools(), { replace: true });
          }}
        >
          {portal('catalogue.clear')}
        </Button>
      }
    >
      {portal('catalogue.noneHint')}
    </EmptyState>
  ) : (
    <EmptyState icon={<RiToolsLine size={32} />} title={t('tools.empty')}>
      {t('servers.emptyHint')}
    </EmptyState>
  );
}
