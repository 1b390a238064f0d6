import { KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { RiCheckLine } from '@remixicon/react';
import { Operation, rowsInView } from './operations';
import styles from './pick.module.css';

const ROW_HEIGHT = 52;
const LIST_HEIGHT = 416;
const PAGE = 7;

/**
 * Operations to tick, thousands of them: only the rows in view are in the
 * page. A list box of the ARIA authoring practices: arrows move, Space ticks.
 */
export function OperationList(props: {
  readonly label: string;
  readonly operations: readonly Operation[];
  readonly selected: ReadonlySet<string>;
  readonly isDisabled: boolean;
  readonly onToggle: (key: string) => void;
}) {
  const { operations, selected, isDisabled } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [cursor, setCursor] = useState(0);
  const at = Math.min(cursor, operations.length - 1);
  const { first, last } = rowsInView({
    top,
    height: LIST_HEIGHT,
    rowHeight: ROW_HEIGHT,
    count: operations.length,
  });

  // A shorter list may have been scrolled past its end.
  useEffect(() => {
    if (box.current) setTop(box.current.scrollTop);
  }, [operations]);

  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(operations.length - 1, index));
    setCursor(next);
    const { current } = box;
    if (!current) return;
    const start = next * ROW_HEIGHT;
    const end = start + ROW_HEIGHT - current.clientHeight;
    if (current.scrollTop > start) current.scrollTop = start;
    else if (current.scrollTop < end) current.scrollTop = end;
    setTop(current.scrollTop);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + PAGE,
      PageUp: at - PAGE,
      Home: 0,
      End: operations.length - 1,
    }[event.key];
    if (move !== undefined) moveTo(move);
    else if (event.key === ' ' && !isDisabled)
      props.onToggle(operations[at].key);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={box}
      role="listbox"
      aria-multiselectable
      aria-label={props.label}
      aria-disabled={isDisabled}
      aria-activedescendant={`${id}-${at}`}
      tabIndex={0}
      className={styles.list}
      style={{ maxHeight: LIST_HEIGHT }}
      onScroll={event => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div
        role="presentation"
        className={styles.rows}
        style={{ height: operations.length * ROW_HEIGHT }}
      >
        {operations.slice(first, last).map((operation, n) => (
          <Row
            key={operation.key}
            id={`${id}-${first + n}`}
            operation={operation}
            position={first + n}
            count={operations.length}
            isAt={first + n === at}
            isSelected={selected.has(operation.key)}
            isDisabled={isDisabled}
            onPress={() => {
              setCursor(first + n);
              if (!isDisabled) props.onToggle(operation.key);
            }}
          />
        ))}
      </div>
    </div>
  );
}

function Row(props: {
  readonly id: string;
  readonly operation: Operation;
  readonly position: number;
  readonly count: number;
  readonly isAt: boolean;
  readonly isSelected: boolean;
  readonly isDisabled: boolean;
  readonly onPress: () => void;
}) {
  const { operation, position, isSelected } = props;
  return (
    // The list box takes the keys for its options.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={props.id}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      aria-disabled={props.isDisabled}
      aria-setsize={props.count}
      aria-posinset={position + 1}
      data-at={props.isAt}
      className={styles.row}
      style={{ top: position * ROW_HEIGHT, height: ROW_HEIGHT }}
      onClick={props.onPress}
    >
      <span className={styles.tick} aria-hidden>
        {isSelected && <RiCheckLine size={14} />}
      </span>
      <span className={styles.what}>
        <span className={styles.line}>
          <span
            className={styles.method}
            data-method={operation.method.toLowerCase()}
          >
            {operation.method}
          </span>{' '}
          <code className={styles.path}>{operation.path}</code>
        </span>
        <span className={styles.summary}>{operation.summary}</span>
      </span>
    </div>
  );
}
