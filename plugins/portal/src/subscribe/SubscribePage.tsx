import { useState } from 'react';
import { Skeleton } from '@backstage/ui';
import { Schema } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useParams } from 'react-router-dom';
import { ErrorPanel, Page } from '@stoa/plugin-stoa-react';
import { useApplications } from '../applications/useApplications';
import { PortalApiDetails, usePortalApi } from '../details/useApi';
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { ApplicationStep } from './ApplicationStep';
import { ConfirmStep } from './ConfirmStep';
import { Done } from './Done';
import { PlanStep } from './PlanStep';
import { Steps } from './Steps';
import { useWizard } from './useWizard';

/** What creating a subscription answers: the one time its key is seen. */
export interface Created {
  readonly subscription: Schema<'Subscription'>;
  readonly api_key: string | null;
}

/** Application, plan, confirm; then the key. */
export function SubscribePage() {
  const { t } = useTranslationRef(portalTranslationRef);
  const { tenant = '', api: id = '' } = useParams();
  const api = usePortalApi(tenant, id);
  const name = api.data?.display_name ?? id;
  const [created, setCreated] = useState<Created>();
  return (
    <Page
      title={
        created
          ? t('subscribe.doneTitle', { api: name })
          : t('subscribe.title', { api: name })
      }
      crumbs={[
        { label: t('catalogue.title'), href: paths.apis() },
        { label: name, href: paths.api(tenant, id) },
      ]}
    >
      {api.error && !api.data && (
        <ErrorPanel error={api.error} onRetry={api.reload} />
      )}
      {api.loading && <Skeleton width="100%" height={240} />}
      {api.data && !created && <Wizard api={api.data} onCreated={setCreated} />}
      {created && (
        <Done
          status={created.subscription.status}
          apiKey={created.api_key}
          fileName={`${created.subscription.api_id}.key`}
          href={paths.subscription(created.subscription.id)}
        />
      )}
    </Page>
  );
}

function Wizard(props: {
  readonly api: PortalApiDetails;
  readonly onCreated: (created: Created) => void;
}) {
  const wizard = useWizard();
  const applications = useApplications();
  const application = applications.data?.find(
    ({ id }) => id === wizard.application,
  );
  const plan = props.api.plan_details.find(({ id }) => id === wizard.plan);
  if (applications.error && !applications.data) {
    return (
      <ErrorPanel error={applications.error} onRetry={applications.reload} />
    );
  }
  if (!applications.data) return <Skeleton width="100%" height={240} />;
  return (
    <>
      <Steps current={wizard.step} />
      {(wizard.step === 'application' || !application) && (
        <ApplicationStep
          applications={applications}
          chosen={wizard.application}
          onChosen={id => wizard.set({ application: id, step: 'plan' })}
        />
      )}
      {application && wizard.step !== 'application' && (
        <>
          {(wizard.step === 'plan' || !plan) && (
            <PlanStep
              plans={props.api.plan_details}
              chosen={wizard.plan}
              onBack={() => wizard.set({ step: 'application' })}
              onChosen={id => wizard.set({ plan: id, step: 'confirm' })}
            />
          )}
          {wizard.step === 'confirm' && plan && (
            <ConfirmStep
              api={props.api}
              application={application}
              plan={plan}
              onBack={() => wizard.set({ step: 'plan' })}
              onCreated={props.onCreated}
            />
          )}
        </>
      )}
    </>
  );
}
