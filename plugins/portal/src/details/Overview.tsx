import { Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CodeBlock, Facts, Section } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { ApiTools } from './ApiTools';
import { PortalApiDetails, useGatewayBase } from './useApi';

export function Overview({ api }: { readonly api: PortalApiDetails }) {
  const { t } = useTranslationRef(portalTranslationRef);
  const base = useGatewayBase();
  return (
    <>
      <Section title={t('api.about')}>
        <Text as="p" style={{ whiteSpace: 'pre-line' }}>
          {api.description || t('api.noDescription')}
        </Text>
        <Facts
          items={[
            { label: t('api.version'), value: api.version },
            { label: t('api.provider'), value: api.tenant_name },
            ...(api.category
              ? [{ label: t('api.category'), value: api.category }]
              : []),
            ...(api.tags.length > 0
              ? [{ label: t('api.tags'), value: api.tags.join(', ') }]
              : []),
            ...(api.operation_count === undefined
              ? []
              : [
                  {
                    label: t('api.operations'),
                    value: String(api.operation_count),
                  },
                ]),
            {
              label: t('api.visibility'),
              value: t(`api.${api.visibility}`),
            },
          ]}
        />
      </Section>
      <Section title={t('api.addresses')}>
        {api.deployed.length === 0 ? (
          <Text color="secondary">{t('api.notDeployed')}</Text>
        ) : (
          <>
            {api.deployed.map(place => (
              <div key={`${place.environment}/${place.version}`}>
                <Text variant="body-small" color="secondary">
                  {place.environment} · {place.version}
                </Text>
                <CodeBlock
                  label={`${t('api.address')} ${place.environment}`}
                  code={`${base}${place.gateway_path}`}
                />
              </div>
            ))}
            <Text as="p" color="secondary">
              {t('api.keyNote')}
            </Text>
          </>
        )}
      </Section>
      <ApiTools api={api} />
    </>
  );
}
