import { ReactNode } from 'react';
import { Link, Text } from '@backstage/ui';
import styles from './cards.module.css';

/** Something to discover, in a grid of its like; all of it leads to its page. */
export function Card(props: {
  readonly href: string;
  readonly title: string;
  /** Opposite the title: a version, a number. */
  readonly aside?: ReactNode;
  readonly by: string;
  readonly description?: string;
  /** States, counts and tags. */
  readonly children?: ReactNode;
}) {
  return (
    <article className={styles.card}>
      <div className={styles.cardHead}>
        <Link href={props.href} weight="bold" className={styles.cover}>
          {props.title}
        </Link>
        {props.aside && (
          <Text variant="body-small" color="secondary">
            {props.aside}
          </Text>
        )}
      </div>
      <Text variant="body-small" color="secondary">
        {props.by}
      </Text>
      {props.description && (
        <Text as="p" className={styles.description}>
          {props.description}
        </Text>
      )}
      <div className={styles.cardFoot}>{props.children}</div>
    </article>
  );
}

/** A word in the foot of a card. */
export function Tag({ children }: { readonly children: ReactNode }) {
  return <span className={styles.tag}>{children}</span>;
}
