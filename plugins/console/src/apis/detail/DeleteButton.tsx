import { useState } from 'react';
import { Button } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  ConfirmDialog,
  unwrap,
  useAction,
  useStoaClient,
  useToast,
} from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../../i18n/ref';
import { paths } from '../../paths';
import { Api } from '../types';

export function DeleteButton({ api }: { readonly api: Api }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const client = useStoaClient();
  const navigate = useNavigate();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const path = { tenant_id: api.tenant_id, api_id: api.api_id };
  const remove = useAction(async () => {
    // The ETag belongs to the answer of a read; what changed since is refused.
    const read = client.GET('/v1/tenants/{tenant_id}/apis/{api_id}', {
      params: { path },
    });
    await unwrap(read);
    const etag = (await read).response.headers.get('etag') ?? undefined;
    await unwrap(
      client.DELETE('/v1/tenants/{tenant_id}/apis/{api_id}', {
        params: { path, header: { 'If-Match': etag } },
      }),
    );
    toast(t('api.deleted', { api: api.display_name }));
    navigate(paths.apis(api.tenant_id), { replace: true });
  });
  return (
    <>
      <Button variant="secondary" destructive onPress={() => setAsking(true)}>
        {t('api.delete')}
      </Button>
      <ConfirmDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        title={t('api.deleteTitle', { api: api.display_name })}
        confirm={t('api.delete')}
        destructive
        pending={remove.pending}
        error={remove.error}
        onConfirm={() => remove.run()}
      >
        {t('api.deleteHint')}
      </ConfirmDialog>
    </>
  );
}
