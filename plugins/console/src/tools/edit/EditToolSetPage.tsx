import { useRef, useState } from 'react';
import { Skeleton } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate, useParams } from 'react-router-dom';
import {
  EmptyState,
  ErrorPanel,
  Page,
  stoaTranslationRef,
  unwrap,
  useAction,
  useStoaClient,
  useToast,
  useUnsavedGuard,
} from '@stoa/plugin-stoa-react';
import { useTenant } from '../../frame/TenantContext';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { paths } from '../../paths';
import { ReadToolSet, useToolSet } from '../useToolSet';
import { Editor } from './Editor';
import { formOf, toUpdate } from './form';
import { useApi } from './useSource';

/** Changes a ToolSet as it was when it was read; what somebody else changed since is not overwritten. */
export function EditToolSetPage() {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const tenant = useTenant();
  const { toolSet: id = '' } = useParams();
  const read = useToolSet(tenant.id, id, { live: false });
  const name = read.data?.toolSet.display_name ?? id;
  return (
    <Page
      title={t('edit.title', { name })}
      crumbs={[
        { label: t('list.title'), href: paths.toolSets(tenant.id) },
        { label: name, href: paths.toolSet(tenant.id, id) },
      ]}
    >
      {read.error && !read.data && (
        <ErrorPanel error={read.error} onRetry={read.reload} />
      )}
      {read.loading && <Skeleton width="100%" height={320} />}
      {read.data && <EditForm read={read.data} />}
    </Page>
  );
}

function EditForm({ read }: { readonly read: ReadToolSet }) {
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const tenant = useTenant();
  const client = useStoaClient();
  const navigate = useNavigate();
  const toast = useToast();
  const { toolSet, etag } = read;
  const start = useRef(formOf(toolSet));
  const [form, setForm] = useState(start.current);
  const api = useApi(tenant.id, toolSet.api_id);
  const body = toUpdate(form);
  const save = useAction(async () => {
    if (!body) return;
    const changed = await unwrap(
      client.PUT('/v1/tenants/{tenant_id}/toolsets/{toolset_id}', {
        params: {
          path: { tenant_id: tenant.id, toolset_id: toolSet.toolset_id },
          header: { 'If-Match': etag },
        },
        body,
      }),
    );
    toast(t('edit.saved', { name: changed.display_name }));
    navigate(paths.toolSet(tenant.id, changed.toolset_id));
  });
  useUnsavedGuard(form !== start.current, shared('common.unsaved'));
  if (!toolSet.permissions.update) {
    return (
      <EmptyState title={shared('problem.forbidden')}>
        {shared('advice.forbidden')}
      </EmptyState>
    );
  }
  if (api.error && !api.data) {
    return <ErrorPanel error={api.error} onRetry={api.reload} />;
  }
  if (!api.data) return <Skeleton width="100%" height={320} />;
  return (
    <Editor
      api={api.data}
      form={form}
      onChange={changes => setForm(last => ({ ...last, ...changes }))}
      exists
      ready={body !== undefined}
      pending={save.pending}
      error={save.error}
      onSave={save.run}
    />
  );
}
