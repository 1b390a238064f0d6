import { Alert, Skeleton, Text } from '@backstage/ui';
import { Schema } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useParams } from 'react-router-dom';
import {
  ErrorPanel,
  LIVE,
  Page,
  Said,
  Section,
  Timeline,
  unwrap,
  useActorName,
  useLive,
  useLoad,
  useStoaClient,
  useWords,
} from '@stoa/plugin-stoa-react';
import { useTenant } from '../frame/TenantContext';
import { consoleTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { DeploymentActions } from './DeploymentActions';
import { DeploymentFacts } from './DeploymentFacts';
import { DeploymentState } from './DeploymentState';
import { Logs } from './Logs';
import { isMoving, MOVING_MS, waitsForApproval } from './moving';
import { Took } from './Took';

/** A deployment and its steps, as they happen; a reload finds it where it is. */
export function DeploymentPage() {
  const { t } = useTranslationRef(consoleTranslationRef);
  const words = useWords();
  const actorName = useActorName();
  const tenant = useTenant();
  const { id = '' } = useParams();
  const { data, error, reload } = useDeployment(id);
  const crumbs = [
    { label: t('deployments.title'), href: paths.deployments(tenant.id) },
  ];
  if (!data) {
    return (
      <Page title={t('deployments.facts')} crumbs={crumbs}>
        {error ? (
          <ErrorPanel error={error} onRetry={reload} />
        ) : (
          <Skeleton width="100%" height={240} />
        )}
      </Page>
    );
  }
  const { deployment, trace } = data;
  return (
    <Page
      title={`${deployment.api_id} ${deployment.version} → ${deployment.environment}`}
      crumbs={crumbs}
      badges={<DeploymentState deployment={deployment} />}
      actions={<DeploymentActions deployment={deployment} onChanged={reload} />}
    >
      {waitsForApproval(deployment) && (
        <Alert
          status="info"
          icon
          title={t('deployments.waits')}
          description={t('deployments.waitsHint', {
            who: actorName(deployment.requested_by),
          })}
        />
      )}
      {deployment.status === 'failed' && (
        <Alert
          status="danger"
          icon
          title={t('deployments.failed')}
          description={<Failure trace={trace} message={deployment.message} />}
        />
      )}
      <DeploymentFacts deployment={deployment} />
      <Section title={t('deployments.steps')}>
        {trace.steps.length === 0 ? (
          <Text color="secondary">
            {waitsForApproval(deployment)
              ? t('deployments.notBegun')
              : t('deployments.noSteps')}
          </Text>
        ) : (
          <Timeline
            label={t('deployments.steps')}
            entries={trace.steps.map((step, index) => ({
              key: `${index}/${step.name}`,
              title: words.step(step.name),
              status: step.status,
              at: step.started_at,
              note: (
                <>
                  <Took from={step.started_at} to={step.completed_at} />
                  {step.message && (
                    <>
                      {' · '}
                      <Said text={reasonOf(step)} />
                    </>
                  )}
                </>
              ),
            }))}
          />
        )}
      </Section>
      <Logs deployment={deployment} />
    </Page>
  );
}

/** Where it stopped and why; the step says so as well, further down. */
function Failure(props: {
  readonly trace: Schema<'Trace'>;
  readonly message?: string;
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const words = useWords();
  const step = props.trace.steps.find(({ status }) => status === 'failed');
  if (!step) return <>{props.message && <Said text={props.message} />}</>;
  return (
    <>
      {t('deployments.failedAt', { step: words.step(step.name) })}{' '}
      <Said text={reasonOf(step)} />
    </>
  );
}

/** A failed step repeats its own name before the reason. */
function reasonOf(step: Schema<'Trace'>['steps'][number]): string {
  const message = step.message ?? '';
  const prefix = `${step.name}: `;
  return message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

function useDeployment(id: string) {
  const client = useStoaClient();
  const loaded = useLoad(`deployment/${id}`, async signal => {
    const params = { path: { deployment_id: id } };
    const [deployment, trace] = await Promise.all([
      unwrap(client.GET('/v1/deployments/{deployment_id}', { params, signal })),
      unwrap(
        client.GET('/v1/deployments/{deployment_id}/trace', {
          params,
          signal,
        }),
      ),
    ]);
    return { deployment, trace };
  });
  const moving = loaded.data && isMoving(loaded.data.deployment);
  useLive(
    LIVE.deployments,
    loaded.reload,
    moving ? { everyMs: MOVING_MS } : undefined,
  );
  return loaded;
}
