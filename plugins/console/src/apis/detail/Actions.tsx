import { useState } from 'react';
import { Button, ButtonLink } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  ConfirmDialog,
  unwrap,
  useAction,
  useStoaClient,
  useToast,
} from '@stoa/plugin-stoa-react';
import { useTenant } from '../../frame/TenantContext';
import { consoleTranslationRef } from '../../i18n/ref';
import { paths } from '../../paths';
import { Api } from '../types';
import { DeleteButton } from './DeleteButton';
import { DeployDialog } from './DeployDialog';
import { mayOffer, OfferAsTools } from './OfferAsTools';

/** Only what this reader may do to this API in its present state. */
export function Actions(props: {
  readonly api: Api;
  readonly onChanged: () => void;
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const tenant = useTenant();
  const { api } = props;
  const [deploying, setDeploying] = useState(false);
  const draft = api.status === 'draft';
  const live = api.status === 'published' || api.status === 'deprecated';
  return (
    <>
      {live && (
        <ButtonLink
          variant="secondary"
          href={`/portal/apis/${api.tenant_id}/${api.api_id}`}
        >
          {t('api.inPortal')}
        </ButtonLink>
      )}
      {mayOffer(tenant, api) && <OfferAsTools api={api} />}
      {draft && api.permissions.delete && <DeleteButton api={api} />}
      {live && api.permissions.deploy && (
        <Button onPress={() => setDeploying(true)}>{t('api.deploy')}</Button>
      )}
      {draft && api.permissions.publish && <PublishButton {...props} />}
      <DeployDialog
        api={api}
        isOpen={deploying}
        onClose={() => setDeploying(false)}
      />
    </>
  );
}

function PublishButton(props: {
  readonly api: Api;
  readonly onChanged: () => void;
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const client = useStoaClient();
  const navigate = useNavigate();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const { api } = props;
  const names = { api: api.api_id, version: api.version };
  const publish = useAction(async () => {
    const { deployment } = await unwrap(
      client.POST('/v1/tenants/{tenant_id}/apis/{api_id}/publish', {
        params: { path: { tenant_id: api.tenant_id, api_id: api.api_id } },
      }),
    );
    setAsking(false);
    props.onChanged();
    toast(t('api.published', { api: api.display_name }));
    navigate(paths.deployment(api.tenant_id, deployment.id));
  });
  return (
    <>
      <Button onPress={() => setAsking(true)}>{t('api.publish', names)}</Button>
      <ConfirmDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        title={t('api.publishTitle', names)}
        confirm={t('api.publish', names)}
        pending={publish.pending}
        error={publish.error}
        onConfirm={() => publish.run()}
      >
        {api.visibility === 'public'
          ? t('api.publishPublic')
          : t('api.publishPrivate')}
      </ConfirmDialog>
    </>
  );
}
