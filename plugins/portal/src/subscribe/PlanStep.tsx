import { useState } from 'react';
import { Button, Radio, RadioGroup } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Section, stoaTranslationRef } from '@stoa/plugin-stoa-react';
import { Plan, PlanFacts } from '../details/PlanFacts';
import { portalTranslationRef } from '../i18n/ref';
import styles from './subscribe.module.css';

export function PlanStep(props: {
  readonly plans: readonly Plan[];
  readonly chosen?: string;
  readonly onBack: () => void;
  readonly onChosen: (id: string) => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const { plans, chosen } = props;
  const [picked, setPicked] = useState(
    plans.find(plan => plan.id === chosen)?.id ?? plans[0]?.id,
  );
  return (
    <Section title={t('subscribe.whichPlan')}>
      <RadioGroup
        aria-label={t('subscribe.whichPlan')}
        value={picked}
        onChange={setPicked}
      >
        {plans.map(plan => (
          <div key={plan.id} className={styles.plan}>
            <Radio value={plan.id}>{plan.name}</Radio>
            <PlanFacts plan={plan} />
          </div>
        ))}
      </RadioGroup>
      <div className={styles.buttons}>
        <Button variant="secondary" onPress={props.onBack}>
          {shared('common.back')}
        </Button>
        <Button
          isDisabled={!picked}
          onPress={() => picked && props.onChosen(picked)}
        >
          {shared('common.next')}
        </Button>
      </div>
    </Section>
  );
}
