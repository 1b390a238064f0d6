import { Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { StateBadge } from '@stoa/plugin-stoa-react';
import { Card, Tag } from '../cards/Card';
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { PortalApi } from './useCatalogue';

export function ApiCard({ api }: { readonly api: PortalApi }) {
  const { t } = useTranslationRef(portalTranslationRef);
  return (
    <Card
      href={paths.api(api.tenant_id, api.api_id)}
      title={api.display_name}
      aside={api.version}
      by={t('catalogue.by', { tenant: api.tenant_name })}
      description={api.description}
    >
      {api.status === 'deprecated' && <StateBadge status="deprecated" />}
      {api.operation_count !== undefined && (
        <Text variant="body-small" color="secondary">
          {t('catalogue.operations', { count: api.operation_count })}
        </Text>
      )}
      {api.tags.slice(0, 4).map(tag => (
        <Tag key={tag}>{tag}</Tag>
      ))}
    </Card>
  );
}
