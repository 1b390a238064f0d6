import { Alert, ButtonLink, Skeleton } from '@backstage/ui';
import {
  NotFoundErrorPage,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { Route, Routes, useParams } from 'react-router-dom';
import { ErrorPanel, LinkTabs, Page } from '@stoa/plugin-stoa-react';
import { useTenant } from '../../frame/TenantContext';
import { consoleTranslationRef } from '../../i18n/ref';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { paths } from '../../paths';
import { Problems } from '../Problems';
import { ToolSetState } from '../ToolSetState';
import { ToolSetDetail } from '../types';
import { useToolSet } from '../useToolSet';
import { DeleteToolSet } from './DeleteToolSet';
import { Subscribers } from './Subscribers';
import { ToolSetOverview } from './ToolSetOverview';

/** One ToolSet: the tools as models see them, where they are reached, and who uses them. */
export function ToolSetPage() {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const tenant = useTenant();
  const { toolSet: id = '' } = useParams();
  const loaded = useToolSet(tenant.id, id);
  const crumbs = [{ label: t('list.title'), href: paths.toolSets(tenant.id) }];
  if (!loaded.data) {
    return (
      <Page title={id} crumbs={crumbs}>
        {loaded.error ? (
          <ErrorPanel error={loaded.error} onRetry={loaded.reload} />
        ) : (
          <Skeleton width="100%" height={320} />
        )}
      </Page>
    );
  }
  const { toolSet, etag } = loaded.data;
  return (
    <Page
      title={toolSet.display_name}
      crumbs={crumbs}
      badges={<ToolSetState toolSet={toolSet} />}
      actions={<Actions toolSet={toolSet} etag={etag} />}
      tabs={<Tabs toolSet={toolSet} />}
    >
      <Notices toolSet={toolSet} />
      <Routes>
        <Route index element={<ToolSetOverview toolSet={toolSet} />} />
        <Route
          path="subscriptions"
          element={<Subscribers toolSet={toolSet} />}
        />
        <Route path="*" element={<NotFoundErrorPage />} />
      </Routes>
    </Page>
  );
}

function Actions(props: {
  readonly toolSet: ToolSetDetail;
  readonly etag?: string;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { toolSet } = props;
  return (
    <>
      {toolSet.status === 'active' && (
        <ButtonLink variant="secondary" href={`/portal/servers/${toolSet.id}`}>
          {t('detail.inPortal')}
        </ButtonLink>
      )}
      {toolSet.permissions.delete && <DeleteToolSet {...props} />}
      {toolSet.permissions.update && (
        <ButtonLink
          href={paths.editToolSet(toolSet.tenant_id, toolSet.toolset_id)}
        >
          {t('detail.edit')}
        </ButtonLink>
      )}
    </>
  );
}

function Tabs({ toolSet }: { readonly toolSet: ToolSetDetail }) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { t: common } = useTranslationRef(consoleTranslationRef);
  const of = [toolSet.tenant_id, toolSet.toolset_id] as const;
  return (
    <LinkTabs
      label={t('detail.tabs')}
      tabs={[
        { label: t('list.tools'), href: paths.toolSet(...of) },
        {
          label: common('api.subscriptions'),
          href: paths.toolSetSubscriptions(...of),
        },
      ]}
    />
  );
}

/** What keeps its tools from being called, and what there is to look after. */
function Notices({ toolSet }: { readonly toolSet: ToolSetDetail }) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { enabled, status, deployed } = toolSet;
  return (
    <>
      {!enabled && <Alert status="info" icon title={t('notice.disabled')} />}
      {status === 'active' && !deployed && (
        <Alert
          status="warning"
          icon
          title={t('notice.notDeployed', {
            environment: toolSet.environment ?? '',
          })}
        />
      )}
      <Problems problems={toolSet.problems} />
    </>
  );
}
