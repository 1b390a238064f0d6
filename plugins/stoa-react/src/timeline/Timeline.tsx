import { ReactNode } from 'react';
import { Text } from '@backstage/ui';
import { StateBadge } from '../state/StateBadge';
import { Status } from '../state/states';
import { RelativeTime } from '../text/RelativeTime';
import styles from './Timeline.module.css';

export interface TimelineEntry {
  readonly key: string;
  readonly title: ReactNode;
  readonly status: Status;
  /** ISO 8601; left out for what has not begun. */
  readonly at?: string | null;
  readonly note?: ReactNode;
}

/** What happened, or is happening, one under the other, in the order given. */
export function Timeline(props: {
  readonly entries: readonly TimelineEntry[];
  readonly label: string;
}) {
  return (
    <ol className={styles.list} aria-label={props.label} aria-live="polite">
      {props.entries.map(entry => (
        <li key={entry.key} className={styles.entry}>
          <div className={styles.head}>
            <Text weight="bold">{entry.title}</Text>
            <StateBadge status={entry.status} />
            {entry.at && (
              <Text color="secondary">
                <RelativeTime at={entry.at} />
              </Text>
            )}
          </div>
          {entry.note && (
            <Text as="div" color="secondary">
              {entry.note}
            </Text>
          )}
        </li>
      ))}
    </ol>
  );
}
