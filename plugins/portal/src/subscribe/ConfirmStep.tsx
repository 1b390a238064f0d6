import { useRef, useState } from 'react';
import { Button, TextAreaField } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ErrorPanel,
  Facts,
  Section,
  stoaTranslationRef,
  unwrap,
  useAction,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { Application } from '../applications/useApplications';
import { Plan, PlanFacts } from '../details/PlanFacts';
import { PortalApiDetails } from '../details/useApi';
import { portalTranslationRef } from '../i18n/ref';
import { newKey } from './newKey';
import type { Created } from './SubscribePage';
import styles from './subscribe.module.css';

const REASON_MAX = 1000;

export function ConfirmStep(props: {
  readonly api: PortalApiDetails;
  readonly application: Application;
  readonly plan: Plan;
  readonly onBack: () => void;
  readonly onCreated: (created: Created) => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const client = useStoaClient();
  const { api, application, plan } = props;
  const [reason, setReason] = useState('');
  const idempotencyKey = useRef(newKey());
  const subscribe = useAction(async () => {
    const created = await unwrap(
      client.POST('/v1/subscriptions', {
        params: { header: { 'Idempotency-Key': idempotencyKey.current } },
        body: {
          application_id: application.id,
          tenant_id: api.tenant_id,
          api_id: api.api_id,
          plan: plan.id,
          ...(reason.trim() ? { reason: reason.trim() } : {}),
        },
      }),
    );
    props.onCreated(created);
  });
  return (
    <Section title={t('subscribe.summary')}>
      <Facts
        items={[
          { label: t('subscriptions.api'), value: api.display_name },
          { label: t('subscribe.application'), value: application.name },
          { label: t('subscribe.plan'), value: plan.name },
        ]}
      />
      <PlanFacts plan={plan} />
      {plan.requires_approval && (
        <TextAreaField
          label={t('subscribe.reason')}
          description={t('subscribe.reasonHint')}
          rows={3}
          maxLength={REASON_MAX}
          value={reason}
          onChange={value => {
            setReason(value);
            idempotencyKey.current = newKey();
          }}
        />
      )}
      {subscribe.error && <ErrorPanel error={subscribe.error} />}
      <div className={styles.buttons}>
        <Button variant="secondary" onPress={props.onBack}>
          {shared('common.back')}
        </Button>
        <Button isPending={subscribe.pending} onPress={() => subscribe.run()}>
          {t('subscribe.confirm', {
            application: application.name,
            api: api.display_name,
          })}
        </Button>
      </div>
    </Section>
  );
}
