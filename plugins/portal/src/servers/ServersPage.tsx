import { Button, ButtonLink, SearchField } from '@backstage/ui';
import { RiPlugLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import { EmptyState, Page } from '@stoa/plugin-stoa-react';
import { CardList } from '../cards/CardList';
import { Choice } from '../cards/Choice';
import { useTenantsSeen } from '../cards/useTenantsSeen';
import { portalTranslationRef } from '../i18n/ref';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { ServerCard } from './ServerCard';
import { useServers } from './useServers';
import styles from '../cards/cards.module.css';

/** Every MCP server that is open to the reader, searched as one types. */
export function ServersPage() {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const found = useServers();
  const tenants = useTenantsSeen(found.servers.data);
  return (
    <Page
      title={t('servers.title')}
      description={t('servers.description')}
      actions={
        <ButtonLink variant="secondary" href={paths.tools()}>
          {t('servers.allTools')}
        </ButtonLink>
      }
    >
      <div role="search" className={styles.bar}>
        <SearchField
          label={t('servers.search')}
          placeholder={portal('catalogue.placeholder')}
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
        label={t('servers.title')}
        pages={found.servers}
        card={server => <ServerCard server={server} />}
        empty={<Nothing {...found} />}
      />
    </Page>
  );
}

function Nothing({
  filtered,
  setTyped,
}: Pick<ReturnType<typeof useServers>, 'filtered' | 'setTyped'>) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const navigate = useNavigate();
  return filtered ? (
    <EmptyState
      title={t('servers.none')}
      action={
        <Button
          variant="secondary"
          onPress={() => {
            setTyped('');
            navigate(paths.servers(), { replace: true });
          }}
        >
          {portal('catalogue.clear')}
        </Button>
      }
    >
      {portal('catalogue.noneHint')}
    </EmptyState>
  ) : (
    <EmptyState icon={<RiPlugLine size={32} />} title={t('servers.empty')}>
      {t('servers.emptyHint')}
    </EmptyState>
  );
}
