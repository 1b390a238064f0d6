import { useRef, useState } from 'react';
import { Select, Skeleton } from '@backstage/ui';
import { RiFileCodeLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  EmptyState,
  ErrorPanel,
  Page,
  Section,
  stoaTranslationRef,
  unwrap,
  useAction,
  useStoaClient,
  useToast,
  useUnsavedGuard,
  useUrlState,
} from '@stoa/plugin-stoa-react';
import { Api } from '../../apis/types';
import { useTenant } from '../../frame/TenantContext';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { paths } from '../../paths';
import { Editor } from './Editor';
import { EMPTY_FORM, suggestedId, toCreate, ToolSetForm } from './form';
import { usePublishedApis } from './useSource';

/** From operations of a published API to tools: one commit in Git. */
export function CreateToolSetPage() {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const tenant = useTenant();
  const crumbs = [{ label: t('list.title'), href: paths.toolSets(tenant.id) }];
  return (
    <Page title={t('edit.createTitle')} crumbs={crumbs}>
      {tenant.permissions.create_toolset ? (
        <ChooseApi />
      ) : (
        <EmptyState title={shared('problem.forbidden')}>
          {shared('advice.forbidden')}
        </EmptyState>
      )}
    </Page>
  );
}

/** The API is in the address: its page leads here with it. */
function ChooseApi() {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const tenant = useTenant();
  const apis = usePublishedApis(tenant.id);
  const [chosen, setChosen] = useUrlState('api');
  if (apis.error && !apis.data) {
    return <ErrorPanel error={apis.error} onRetry={apis.reload} />;
  }
  if (!apis.data) return <Skeleton width="100%" height={240} />;
  if (apis.data.length === 0) {
    return (
      <EmptyState icon={<RiFileCodeLine size={32} />} title={t('edit.noApi')}>
        {t('edit.noApiHint')}
      </EmptyState>
    );
  }
  const api = apis.data.find(({ api_id: id }) => id === chosen);
  return (
    <>
      <Section title={t('edit.api')}>
        <Select
          aria-label={t('edit.api')}
          placeholder={t('edit.choose')}
          searchable
          options={apis.data.map(({ api_id: id, display_name: name }) => ({
            id,
            label: `${name} (${id})`,
          }))}
          selectedKey={api?.api_id ?? null}
          onSelectionChange={key => setChosen(key === null ? '' : String(key))}
        />
      </Section>
      {api && <CreateForm key={api.api_id} api={api} />}
    </>
  );
}

function CreateForm({ api }: { readonly api: Api }) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const tenant = useTenant();
  const client = useStoaClient();
  const navigate = useNavigate();
  const toast = useToast();
  const start = useRef<ToolSetForm>({
    ...EMPTY_FORM,
    apiId: api.api_id,
    version: api.version,
    displayName: t('edit.suggestedName', { api: api.display_name }),
    toolSetId: suggestedId(api.api_id),
  });
  const [form, setForm] = useState(start.current);
  const body = toCreate(form);
  const save = useAction(async () => {
    if (!body) return;
    const created = await unwrap(
      client.POST('/v1/tenants/{tenant_id}/toolsets', {
        params: { path: { tenant_id: tenant.id } },
        body,
      }),
    );
    toast(t('edit.created', { name: created.display_name }));
    navigate(paths.toolSet(tenant.id, created.toolset_id));
  });
  useUnsavedGuard(form !== start.current, shared('common.unsaved'));
  return (
    <Editor
      api={api}
      form={form}
      onChange={changes => setForm(last => ({ ...last, ...changes }))}
      exists={false}
      ready={body !== undefined}
      pending={save.pending}
      error={save.error}
      onSave={save.run}
    />
  );
}
