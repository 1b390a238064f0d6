import { ButtonLink, Skeleton } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { ANNOTATION_MCP_SERVER } from '@stoa/plugin-stoa-common';
import { ErrorPanel } from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { ServerTools } from '../servers/ServerTools';
import { useServer } from '../servers/useServer';
import styles from './catalog.module.css';

/** On the catalog's page of an MCP server: its tools, as the portal shows them. */
export function EntityTools() {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { entity } = useEntity();
  const id = entity.metadata.annotations?.[ANNOTATION_MCP_SERVER] ?? '';
  const server = useServer(id);
  if (!server.data) {
    return server.error ? (
      <ErrorPanel error={server.error} onRetry={server.reload} />
    ) : (
      <Skeleton width="100%" height={320} />
    );
  }
  return (
    <div className={styles.tools}>
      <div>
        <ButtonLink href={paths.connect(id)}>
          {t('subscriptions.connect')}
        </ButtonLink>
      </div>
      <ServerTools server={server.data} />
    </div>
  );
}
