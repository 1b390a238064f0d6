import { useState } from 'react';
import { Alert, Radio, RadioGroup } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  ConfirmDialog,
  unwrap,
  useAction,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../../i18n/ref';
import { paths } from '../../paths';
import { Api } from '../types';

/** Chooses among the environments that have a backend. */
export function DeployDialog(props: {
  readonly api: Api;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const client = useStoaClient();
  const navigate = useNavigate();
  const { api } = props;
  const [chosen, setChosen] = useState<string>('dev');
  const environment =
    api.environments.find(({ name }) => name === chosen)?.name ??
    api.environments[0]?.name ??
    'dev';
  const deploy = useAction(async () => {
    const deployment = await unwrap(
      client.POST('/v1/deployments', {
        body: {
          tenant_id: api.tenant_id,
          api_id: api.api_id,
          version: api.version,
          environment,
        },
      }),
    );
    props.onClose();
    navigate(paths.deployment(api.tenant_id, deployment.id));
  });
  return (
    <ConfirmDialog
      isOpen={props.isOpen}
      onClose={props.onClose}
      title={t('api.deployTitle', { api: api.api_id, version: api.version })}
      confirm={t('api.deployTo', { environment })}
      pending={deploy.pending}
      error={deploy.error}
      onConfirm={() => deploy.run()}
    >
      <RadioGroup
        label={t('api.environment')}
        value={environment}
        onChange={setChosen}
      >
        {api.environments.map(({ name }) => (
          <Radio key={name} value={name}>
            {name}
          </Radio>
        ))}
      </RadioGroup>
      {environment === 'production' && (
        <Alert status="info" icon title={t('deployments.secondPerson')} />
      )}
    </ConfirmDialog>
  );
}
