import { ReactNode } from 'react';
import { Plan, PlanFacts } from './PlanFacts';
import styles from './plans.module.css';

/** Plans side by side, each with what can be done about it. */
export function PlanCards(props: {
  readonly plans: readonly Plan[];
  readonly action: (plan: Plan) => ReactNode;
}) {
  return (
    <ul className={styles.plans}>
      {props.plans.map(plan => (
        <li key={plan.id} className={styles.plan}>
          <h2 className={styles.name}>{plan.name}</h2>
          <PlanFacts plan={plan} />
          <div>{props.action(plan)}</div>
        </li>
      ))}
    </ul>
  );
}
