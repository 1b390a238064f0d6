import { ReactNode } from 'react';
import { Text } from '@backstage/ui';
import styles from './EmptyState.module.css';

/** Nothing to show: says why, and what to do about it. */
export function EmptyState(props: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly icon?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className={styles.root}>
      {props.icon && (
        <div className={styles.icon} aria-hidden>
          {props.icon}
        </div>
      )}
      <Text as="h2" variant="title-x-small" weight="bold">
        {props.title}
      </Text>
      {props.children && (
        <Text as="div" color="secondary" className={styles.text}>
          {props.children}
        </Text>
      )}
      {props.action && <div className={styles.action}>{props.action}</div>}
    </div>
  );
}
