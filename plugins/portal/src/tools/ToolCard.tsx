import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Hints } from '@stoa/plugin-stoa-react';
import { Card, Tag } from '../cards/Card';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { AccessBadge } from '../servers/AccessBadge';
import { FoundTool } from './useTools';

export function ToolCard({ tool }: { readonly tool: FoundTool }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { server, subscription } = tool;
  return (
    <Card
      href={paths.tool(server.id, tool.name)}
      title={tool.name}
      by={t('tools.of', {
        server: server.display_name,
        tenant: server.tenant_name,
      })}
      description={tool.description}
    >
      {subscription?.granted && <AccessBadge subscription={subscription} />}
      <Hints tool={tool} />
      {!tool.deployed && <Tag>{t('servers.notDeployed')}</Tag>}
    </Card>
  );
}
