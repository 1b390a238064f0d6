import { ReactNode, useId } from 'react';
import { Text } from '@backstage/ui';
import styles from './Section.module.css';

/** A titled part of a page, on its own surface. */
export function Section(props: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.head}>
        <Text as="h2" id={id} variant="body-large" weight="bold">
          {props.title}
        </Text>
        {props.actions}
      </div>
      {props.children}
    </section>
  );
}

/** Names and values, such as the facts about one object. */
export function Facts(props: {
  readonly items: readonly { label: string; value: ReactNode }[];
}) {
  return (
    <dl className={styles.facts}>
      {props.items.map(item => (
        <div key={item.label}>
          <dt>{item.label}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
