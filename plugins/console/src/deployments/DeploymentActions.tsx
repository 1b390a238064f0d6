import { useState } from 'react';
import { Button } from '@backstage/ui';
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
import { Deployment } from '../apis/types';
import { consoleTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { environmentAfter } from './environmentAfter';

const MOVES = ['cancel', 'rollback', 'promote', 'approve'] as const;
type Move = (typeof MOVES)[number];
const DESTRUCTIVE: readonly Move[] = ['cancel', 'rollback'];

/** What this reader may do with a deployment now; each asks before it is done. */
export function DeploymentActions(props: {
  readonly deployment: Deployment;
  readonly onChanged: () => void;
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const client = useStoaClient();
  const navigate = useNavigate();
  const toast = useToast();
  const [asked, setAsked] = useState<Move>();
  const { deployment } = props;
  const next = useNextEnvironment(deployment);
  const values = {
    api: deployment.api_id,
    version: deployment.version,
    environment: deployment.environment,
    next: next ?? '',
  };
  const move = useAction(async (which: Move) => {
    const params = { path: { deployment_id: deployment.id } };
    const path = '/v1/deployments/{deployment_id}' as const;
    const answer = await unwrap(
      {
        approve: () => client.POST(`${path}/approve`, { params }),
        cancel: () => client.POST(`${path}/cancel`, { params }),
        promote: () => client.POST(`${path}/promote`, { params }),
        rollback: () => client.POST(`${path}/rollback`, { params }),
      }[which](),
    );
    setAsked(undefined);
    toast(t(`deployments.done.${which}`, values));
    if (answer.id === deployment.id) props.onChanged();
    else navigate(paths.deployment(deployment.tenant_id, answer.id));
  });
  const may = (which: Move) =>
    deployment.permissions[which] && (which !== 'promote' || next);
  return (
    <>
      {MOVES.filter(may).map(which => (
        <Button
          key={which}
          variant={DESTRUCTIVE.includes(which) ? 'secondary' : 'primary'}
          destructive={DESTRUCTIVE.includes(which)}
          onPress={() => {
            move.clear();
            setAsked(which);
          }}
        >
          {t(`deployments.move.${which}`, values)}
        </Button>
      ))}
      {asked && (
        <ConfirmDialog
          isOpen
          onClose={() => setAsked(undefined)}
          title={t(`deployments.ask.${asked}`, values)}
          confirm={t(`deployments.move.${asked}`, values)}
          destructive={DESTRUCTIVE.includes(asked)}
          pending={move.pending}
          error={move.error}
          onConfirm={() => move.run(asked)}
        >
          {asked === 'promote' && next === 'production'
            ? t('deployments.secondPerson')
            : t(`deployments.askHint.${asked}`, values)}
        </ConfirmDialog>
      )}
    </>
  );
}

/** Where it could be promoted to: asked only of those who may, once it runs. */
function useNextEnvironment(deployment: Deployment): string | undefined {
  const client = useStoaClient();
  const { tenant_id, api_id, environment, permissions } = deployment;
  const api = useLoad(
    permissions.promote ? `environments/${tenant_id}/${api_id}` : undefined,
    signal =>
      unwrap(
        client.GET('/v1/tenants/{tenant_id}/apis/{api_id}', {
          params: { path: { tenant_id, api_id } },
          signal,
        }),
      ),
  );
  return (
    api.data &&
    environmentAfter(
      environment,
      api.data.environments.map(({ name }) => name),
    )
  );
}
