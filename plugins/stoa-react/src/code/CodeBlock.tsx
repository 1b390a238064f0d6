import styles from './code.module.css';

/** Preformatted text that scrolls sideways and can be reached by keyboard. */
export function CodeBlock(props: {
  readonly code: string;
  readonly label: string;
}) {
  return (
    // A region that scrolls has to take focus, or the keyboard cannot scroll it.
    <pre
      className={styles.block}
      role="region"
      aria-label={props.label}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <code>{props.code}</code>
    </pre>
  );
}
