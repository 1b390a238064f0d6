import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import { stoaTranslationRef } from '../i18n/ref';
import { useCopy } from './useCopy';
import styles from './text.module.css';

const KEPT = 8;

/** An identifier: monospace, its end when it is long, the whole on hover and when copied. */
export function CopyableId(props: { readonly id: string }) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const { copied, copy } = useCopy();
  const { id } = props;
  const short = id.length > KEPT * 2 ? `…${id.slice(-KEPT)}` : id;
  return (
    <button
      type="button"
      className={styles.id}
      title={id}
      aria-label={`${t('common.copy')} ${id}`}
      onClick={() => copy(id)}
    >
      {short}
      {copied ? (
        <RiCheckLine size={12} aria-hidden />
      ) : (
        <RiFileCopyLine size={12} aria-hidden />
      )}
      <span role="status" className={styles.hidden}>
        {copied ? t('common.copied') : ''}
      </span>
    </button>
  );
}
