import { Select, Skeleton, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CodeSample, ErrorPanel, useUrlState } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { useDefinition } from '../reference/useDefinition';
import { PortalApiDetails, useGatewayBase } from './useApi';

/** A ready call of any operation of the API, at the address where it is deployed. */
export function CodeTab({ api }: { readonly api: PortalApiDetails }) {
  const { t } = useTranslationRef(portalTranslationRef);
  const base = useGatewayBase();
  const definition = useDefinition(api);
  const [chosen, setChosen] = useUrlState('operation');
  const place = api.deployed[0];
  if (!place) return <Text color="secondary">{t('api.notDeployed')}</Text>;
  if (definition.error) {
    return <ErrorPanel error={definition.error} onRetry={definition.reload} />;
  }
  if (!definition.data) return <Skeleton width="100%" height={240} />;
  const { operations } = definition.data;
  const operation =
    operations.find(({ id }) => id === chosen) ??
    operations.find(({ method }) => method === 'get') ??
    operations[0];
  return (
    <>
      {operation && (
        <Select
          label={t('api.operations')}
          searchable
          options={operations.map(({ id, method, path }) => ({
            id,
            label: `${method.toUpperCase()} ${path}`,
          }))}
          selectedKey={operation.id}
          onSelectionChange={key => setChosen(key === null ? '' : String(key))}
        />
      )}
      <CodeSample
        method={operation?.method ?? 'get'}
        url={`${base}${place.gateway_path}${operation?.path ?? '/'}`}
      />
    </>
  );
}
