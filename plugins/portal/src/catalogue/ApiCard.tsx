import { Link, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { StateBadge } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { PortalApi } from './useCatalogue';
import styles from './catalogue.module.css';

export function ApiCard({ api }: { readonly api: PortalApi }) {
  const { t } = useTranslationRef(portalTranslationRef);
  return (
    <article className={styles.card}>
      <div className={styles.cardHead}>
        <Link
          href={paths.api(api.tenant_id, api.api_id)}
          weight="bold"
          className={styles.cover}
        >
          {api.display_name}
        </Link>
        <Text variant="body-small" color="secondary">
          {api.version}
        </Text>
      </div>
      <Text variant="body-small" color="secondary">
        {t('catalogue.by', { tenant: api.tenant_name })}
      </Text>
      {api.description && (
        <Text as="p" className={styles.description}>
          {api.description}
        </Text>
      )}
      <div className={styles.cardFoot}>
        {api.status === 'deprecated' && <StateBadge status="deprecated" />}
        {api.operation_count !== undefined && (
          <Text variant="body-small" color="secondary">
            {t('catalogue.operations', { count: api.operation_count })}
          </Text>
        )}
        {api.tags.slice(0, 4).map(tag => (
          <span key={tag} className={styles.tag}>
            {tag}
          </span>
        ))}
      </div>
    </article>
  );
}
