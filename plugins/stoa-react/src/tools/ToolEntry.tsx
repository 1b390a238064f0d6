import { ReactNode, useId } from 'react';
import { RiArrowRightSLine } from '@remixicon/react';
import { ToolDefinition } from './definition';
import { Hints } from './Hints';
import { ToolView } from './ToolView';
import styles from './tools.module.css';

/** One line for a tool; what it is like is made when it is opened. */
export function ToolEntry(props: {
  readonly tool: ToolDefinition;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
  /** Beside the name: where it comes from, what is wrong with it. */
  readonly note?: ReactNode;
  /** Above what the tool is like, once it is open. */
  readonly children?: ReactNode;
}) {
  const id = useId();
  const { tool, isOpen } = props;
  return (
    <li className={styles.entry}>
      <button
        type="button"
        className={styles.summary}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => props.onToggle(!isOpen)}
      >
        <RiArrowRightSLine size={16} aria-hidden className={styles.arrow} />
        <span className={styles.line}>
          <code className={styles.name}>{tool.name}</code>
          {tool.title && <span className={styles.title}>{tool.title}</span>}
          <Hints tool={tool} />
          {props.note}
        </span>
      </button>
      {isOpen && (
        <div id={id} className={styles.details}>
          {props.children}
          <ToolView tool={tool} />
        </div>
      )}
    </li>
  );
}
