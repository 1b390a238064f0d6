import { useRef, useState } from 'react';
import {
  Button,
  ButtonLink,
  Radio,
  RadioGroup,
  Text,
  TextAreaField,
} from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ErrorPanel,
  Section,
  stoaTranslationRef,
  unwrap,
  useAction,
  useStoaClient,
  useUrlState,
} from '@stoa/plugin-stoa-react';
import { PlanFacts } from '../details/PlanFacts';
import { portalTranslationRef } from '../i18n/ref';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { newKey } from '../subscribe/newKey';
import { GrantChoice } from './GrantChoice';
import type { Asked } from './SubscribeServerPage';
import { ServerDetails } from './useServer';
import styles from '../subscribe/subscribe.module.css';

const REASON_MAX = 1000;

export function SubscribeForm(props: {
  readonly server: ServerDetails;
  readonly onAsked: (asked: Asked) => void;
}) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const client = useStoaClient();
  const { server } = props;
  const [planId, setPlanId] = useUrlState('plan');
  const [tools, setTools] = useState<readonly string[]>();
  const [reason, setReason] = useState('');
  const plan =
    server.plan_details.find(({ id }) => id === planId) ??
    server.plan_details[0];
  // One key for what is in the form: changing it is another request.
  const request = JSON.stringify([plan.id, tools, reason]);
  const idempotency = useRef({ request, key: newKey() });
  if (idempotency.current.request !== request) {
    idempotency.current = { request, key: newKey() };
  }
  const ask = useAction(async () => {
    const asked = await unwrap(
      client.POST('/v1/mcp/subscriptions', {
        params: { header: { 'Idempotency-Key': idempotency.current.key } },
        body: {
          server_id: server.id,
          plan: plan.id,
          ...(tools ? { tools: [...tools] } : {}),
          ...(reason.trim() ? { reason: reason.trim() } : {}),
        },
      }),
    );
    props.onAsked(asked);
  });
  return (
    <form
      className={styles.form}
      onSubmit={event => {
        event.preventDefault();
        if (tools?.length !== 0) ask.run();
      }}
    >
      <Section title={portal('subscribe.whichPlan')}>
        <RadioGroup
          aria-label={portal('subscribe.whichPlan')}
          value={plan.id}
          onChange={setPlanId}
        >
          {server.plan_details.map(option => (
            <div key={option.id} className={styles.plan}>
              <Radio value={option.id}>{option.name}</Radio>
              <PlanFacts plan={option} />
            </div>
          ))}
        </RadioGroup>
      </Section>
      <Section title={t('subscribe.whichTools')}>
        <GrantChoice server={server} chosen={tools} onChosen={setTools} />
      </Section>
      {plan.requires_approval && (
        <Section title={portal('subscribe.reason')}>
          <Text as="p" color="secondary">
            {portal('subscribe.reasonHint')}
          </Text>
          <TextAreaField
            aria-label={portal('subscribe.reason')}
            rows={3}
            maxLength={REASON_MAX}
            value={reason}
            onChange={setReason}
          />
        </Section>
      )}
      {ask.error && <ErrorPanel error={ask.error} />}
      <div className={styles.buttons}>
        <ButtonLink variant="secondary" href={paths.server(server.id)}>
          {shared('common.cancel')}
        </ButtonLink>
        <Button
          type="submit"
          isDisabled={tools?.length === 0}
          isPending={ask.pending}
        >
          {t('subscribe.submit', { server: server.display_name })}
        </Button>
      </div>
    </form>
  );
}
