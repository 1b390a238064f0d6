import { Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Card, Tag } from '../cards/Card';
import { portalTranslationRef } from '../i18n/ref';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { AccessBadge } from './AccessBadge';
import { McpServer } from './useServers';

export function ServerCard({ server }: { readonly server: McpServer }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  return (
    <Card
      href={paths.server(server.id)}
      title={server.display_name}
      by={portal('catalogue.by', { tenant: server.tenant_name })}
      description={server.description}
    >
      <AccessBadge subscription={server.subscription} />
      <Text variant="body-small" color="secondary">
        {t('servers.tools', { count: server.tool_count })}
      </Text>
      {!server.deployed && <Tag>{t('servers.notDeployed')}</Tag>}
      {server.visibility === 'private' && <Tag>{t('servers.private')}</Tag>}
    </Card>
  );
}
