import { Link, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  LIVE,
  Section,
  unwrap,
  useLive,
  useLoad,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { PortalApiDetails } from './useApi';
import styles from './tools.module.css';

const SHOWN = 20;

/** The MCP servers that are made from the API; nothing while there are none. */
export function ApiTools({ api }: { readonly api: PortalApiDetails }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const client = useStoaClient();
  const { tenant_id: tenant, api_id: id } = api;
  const servers = useLoad(`api/${tenant}/${id}/servers`, signal =>
    unwrap(
      client.GET('/v1/portal/servers', {
        params: { query: { limit: SHOWN, tenant_id: tenant, api_id: id } },
        signal,
      }),
    ),
  );
  useLive(LIVE.tools, servers.reload);
  if (!servers.data || servers.data.items.length === 0) return null;
  return (
    <Section title={t('api.tools')}>
      <Text as="p" color="secondary">
        {t('api.toolsHint')}
      </Text>
      <ul className={styles.servers}>
        {servers.data.items.map(server => (
          <li key={server.id}>
            <Link href={paths.server(server.id)}>{server.display_name}</Link>{' '}
            <Text color="secondary">
              {t('servers.tools', { count: server.tool_count })}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  );
}
