import { Alert, Flex, Text } from '@backstage/ui';
import {
  configApiRef,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import {
  CodeBlock,
  CopyableId,
  Facts,
  RelativeTime,
  Section,
} from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../../i18n/ref';
import { Api } from '../types';

export function Overview({ api }: { readonly api: Api }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const optional = (label: string, value: string | undefined) =>
    value ? [{ label, value }] : [];
  return (
    <>
      {api.status === 'draft' && (
        <Alert status="info" icon title={t('api.draftHint')} />
      )}
      <Section title={t('api.facts')}>
        {api.description && (
          <Text as="p" style={{ whiteSpace: 'pre-line' }}>
            {api.description}
          </Text>
        )}
        <Facts
          items={[
            { label: t('apis.id'), value: <code>{api.api_id}</code> },
            { label: t('apis.visibility'), value: t(`apis.${api.visibility}`) },
            {
              label: t('api.plans'),
              value: api.plans.join(', ') || t('api.noPlans'),
            },
            ...optional(
              t('api.spec'),
              api.spec_version && `OpenAPI ${api.spec_version}`,
            ),
            ...optional(t('api.operations'), api.operation_count?.toString()),
            ...optional(t('api.category'), api.category),
            ...optional(t('api.tags'), api.tags.join(', ')),
            ...(api.definition_hash
              ? [
                  {
                    label: t('api.hash'),
                    value: <CopyableId id={api.definition_hash} />,
                  },
                ]
              : []),
            {
              label: t('api.created'),
              value: <RelativeTime at={api.created_at} />,
            },
            {
              label: t('api.changed'),
              value: <RelativeTime at={api.updated_at} />,
            },
          ]}
        />
      </Section>
      <Section title={t('api.where')}>
        {api.environments.map(environment => (
          <Place key={environment.name} api={api} environment={environment} />
        ))}
      </Section>
    </>
  );
}

function Place(props: {
  readonly api: Api;
  readonly environment: Api['environments'][number];
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const base = useApi(configApiRef)
    .getString('backend.baseUrl')
    .replace(/\/$/, '');
  const { api, environment } = props;
  const deployed = api.deployed.filter(
    place => place.environment === environment.name,
  );
  return (
    <Flex direction="column" gap="2">
      <Facts
        items={[
          { label: t('api.environment'), value: environment.name },
          {
            label: t('api.backend'),
            value: <code>{environment.backend_url}</code>,
          },
          {
            label: t('deployments.version'),
            value:
              deployed.map(place => place.version).join(', ') ||
              t('api.notDeployed'),
          },
        ]}
      />
      {deployed.map(place => (
        <CodeBlock
          key={place.deployment_id}
          label={`${t('api.address')} ${environment.name} ${place.version}`}
          code={`${base}${place.gateway_path}`}
        />
      ))}
    </Flex>
  );
}
