import { useRef } from 'react';
import { Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  EmptyState,
  ErrorPanel,
  Page,
  stoaTranslationRef,
  unwrap,
  useAction,
  useLoad,
  useStoaClient,
  useToast,
  useUnsavedGuard,
} from '@stoa/plugin-stoa-react';
import { useTenant } from '../../frame/TenantContext';
import { consoleTranslationRef } from '../../i18n/ref';
import { paths } from '../../paths';
import { DefinitionField } from './DefinitionField';
import { Details } from './Details';
import { Environment, toBody } from './form';
import { useApiForm } from './useApiForm';
import styles from './create.module.css';

const EVERYWHERE: readonly Environment[] = ['dev', 'staging', 'production'];

/** From an OpenAPI document to a draft API: one commit in Git. */
export function CreateApiPage() {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const tenant = useTenant();
  const client = useStoaClient();
  const navigate = useNavigate();
  const toast = useToast();
  const form = useApiForm(tenant.id);
  const sent = useRef(false);
  const settings = useLoad(`settings/${tenant.id}`, signal => {
    const params = { path: { tenant_id: tenant.id } };
    return Promise.all([
      unwrap(client.GET('/v1/tenants/{tenant_id}', { params, signal })),
      unwrap(client.GET('/v1/tenants/{tenant_id}/plans', { params, signal })),
    ]);
  });
  const create = useAction(async () => {
    const body = toBody(form.values, form.definition);
    if (!body) return;
    const api = await unwrap(
      client.POST('/v1/tenants/{tenant_id}/apis', {
        params: { path: { tenant_id: tenant.id } },
        body,
      }),
    );
    sent.current = true;
    toast(t('create.created', { api: api.display_name, version: api.version }));
    navigate(paths.api(tenant.id, api.api_id));
  });
  useUnsavedGuard(form.dirty && !sent.current, shared('common.unsaved'));

  const crumbs = [{ label: t('apis.title'), href: paths.apis(tenant.id) }];
  if (!tenant.permissions.create_api) {
    return (
      <Page title={t('create.title')} crumbs={crumbs}>
        <EmptyState title={shared('problem.forbidden')}>
          {shared('advice.forbidden')}
        </EmptyState>
      </Page>
    );
  }
  const ready =
    form.check.report?.valid &&
    !form.check.checking &&
    toBody(form.values, form.definition);
  const { apiId, version } = form.values;
  return (
    <Page title={t('create.title')} crumbs={crumbs}>
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault();
          if (ready) create.run();
        }}
      >
        <DefinitionField
          value={form.definition}
          onChange={form.setDefinition}
          check={form.check}
        />
        {settings.error && (
          <ErrorPanel error={settings.error} onRetry={settings.reload} />
        )}
        <Details
          form={form.values}
          onChange={form.change}
          plans={settings.data?.[1].items ?? []}
          environments={
            settings.data?.[0].settings.supported_environments ?? EVERYWHERE
          }
        />
        {create.error && <ErrorPanel error={create.error} />}
        <div className={styles.foot}>
          <Text color="secondary">{t('create.commitHint')}</Text>
          <Button type="submit" isDisabled={!ready} isPending={create.pending}>
            {apiId && version
              ? t('create.submit', { api: apiId, version })
              : t('create.submitPlain')}
          </Button>
        </div>
      </form>
    </Page>
  );
}
