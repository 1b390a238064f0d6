import { ReactNode } from 'react';
import styles from './tools.module.css';

/** The list that tool entries stand in. */
export function ToolEntries(props: {
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <ul className={styles.entries} aria-label={props.label}>
      {props.children}
    </ul>
  );
}
