import { Button } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { consoleToolTranslationRef } from '../i18n/tools/ref';
import styles from '../approvals/approvals.module.css';

const MOVES = ['suspend', 'reactivate', 'revoke'] as const;
export type Move = (typeof MOVES)[number];

/** What may be done with a subscriber's access in its present state. */
export function Moves(props: {
  readonly permissions: Readonly<Record<Move, boolean>>;
  readonly who: string;
  readonly onMove: (move: Move) => void;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { permissions, who, onMove } = props;
  return (
    <span className={styles.buttons}>
      {MOVES.filter(move => permissions[move]).map(move => (
        <Button
          key={move}
          size="small"
          variant="tertiary"
          destructive={move === 'revoke'}
          aria-label={`${t(`move.${move}`)}: ${who}`}
          onPress={() => onMove(move)}
        >
          {t(`move.${move}`)}
        </Button>
      ))}
    </span>
  );
}
