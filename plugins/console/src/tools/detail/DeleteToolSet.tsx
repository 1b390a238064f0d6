import { useState } from 'react';
import { Button, Skeleton } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  ConfirmDialog,
  unwrap,
  useAction,
  useLoad,
  useStoaClient,
  useToast,
} from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../../i18n/ref';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { paths } from '../../paths';
import { ToolSetDetail } from '../types';

const MOST = 100;
const LIVE_STATES: readonly string[] = ['pending', 'active', 'suspended'];

/** Says what will be lost, and who has to be asked first: it cannot go while somebody is subscribed. */
export function DeleteToolSet(props: {
  readonly toolSet: ToolSetDetail;
  readonly etag?: string;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { t: common } = useTranslationRef(consoleTranslationRef);
  const client = useStoaClient();
  const navigate = useNavigate();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const { toolSet, etag } = props;
  const name = toolSet.display_name;
  const subscribers = useSubscribers(asking ? toolSet : undefined);
  const remove = useAction(async () => {
    await unwrap(
      client.DELETE('/v1/tenants/{tenant_id}/toolsets/{toolset_id}', {
        params: {
          path: {
            tenant_id: toolSet.tenant_id,
            toolset_id: toolSet.toolset_id,
          },
          header: { 'If-Match': etag },
        },
      }),
    );
    toast(t('delete.done', { name }));
    navigate(paths.toolSets(toolSet.tenant_id), { replace: true });
  });
  const count = subscribers.data;
  return (
    <>
      <Button
        variant="secondary"
        destructive
        onPress={() => {
          remove.clear();
          setAsking(true);
        }}
      >
        {common('api.delete')}
      </Button>
      <ConfirmDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        title={t('delete.title', { name })}
        confirm={common('api.delete')}
        destructive
        blocked={count !== 0}
        pending={remove.pending}
        error={remove.error ?? subscribers.error}
        onConfirm={() => remove.run()}
      >
        {count === undefined && !subscribers.error && (
          <Skeleton width="100%" height={48} />
        )}
        {count !== undefined &&
          (count > 0
            ? t('delete.subscribed', { count })
            : t('delete.hint', { count: toolSet.tool_count }))}
      </ConfirmDialog>
    </>
  );
}

/** How many are subscribed or wait to be. */
function useSubscribers(toolSet: ToolSetDetail | undefined) {
  const client = useStoaClient();
  return useLoad(toolSet && `subscribers/${toolSet.id}`, async signal => {
    if (!toolSet) return 0;
    const { items } = await unwrap(
      client.GET('/v1/mcp/subscriptions/tenant/{tenant_id}', {
        params: {
          path: { tenant_id: toolSet.tenant_id },
          query: { server_id: toolSet.id, limit: MOST },
        },
        signal,
      }),
    );
    return items.filter(({ status }) => LIVE_STATES.includes(status)).length;
  });
}
