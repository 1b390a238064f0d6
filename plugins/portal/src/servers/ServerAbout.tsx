import { Link, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Facts, Section, useGrant } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { ServerDetails } from './useServer';

/** What the server is for, whose it is, and where it is. */
export function ServerAbout({ server }: { readonly server: ServerDetails }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const grant = useGrant();
  const { subscription } = server;
  return (
    <Section title={t('server.about')}>
      <Text as="p" style={{ whiteSpace: 'pre-line' }}>
        {server.description || t('server.noDescription')}
      </Text>
      <Facts
        items={[
          { label: portal('api.provider'), value: server.tenant_name },
          ...(server.api_id
            ? [
                {
                  label: t('server.madeFrom'),
                  value: (
                    <Link href={paths.api(server.tenant_id, server.api_id)}>
                      {server.api_name ?? server.api_id} {server.version ?? ''}
                    </Link>
                  ),
                },
              ]
            : []),
          ...(server.environment
            ? [
                {
                  label: portal('api.environment'),
                  value: server.environment,
                },
              ]
            : []),
          {
            label: portal('api.visibility'),
            value: portal(`api.${server.visibility}`),
          },
          ...(subscription
            ? [{ label: t('server.granted'), value: grant(subscription.tools) }]
            : []),
        ]}
      />
    </Section>
  );
}
