import {
  RiCheckLine,
  RiCloseLine,
  RiErrorWarningLine,
  RiLoader4Line,
  RiStopLine,
  RiTimeLine,
} from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { stoaTranslationRef } from '../i18n/ref';
import { Status, Tone, TONE_OF_STATUS } from './states';
import styles from './StateBadge.module.css';

const ICON: Record<Tone, typeof RiCheckLine> = {
  pending: RiTimeLine,
  active: RiCheckLine,
  running: RiLoader4Line,
  warning: RiErrorWarningLine,
  failed: RiCloseLine,
  ended: RiStopLine,
};

/** A state as icon, word and colour; the word alone is enough to understand it. */
export function StateBadge(props: {
  readonly status: Status;
  /** Another word for the same state. */
  readonly label?: string;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const tone = TONE_OF_STATUS[props.status];
  const Icon = ICON[tone];
  return (
    <span className={`${styles.badge} ${styles[tone]}`} data-tone={tone}>
      <Icon size={14} aria-hidden className={styles.icon} />
      {props.label ?? t(`state.${props.status}`)}
    </span>
  );
}
