import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import { stoaTranslationRef } from '../i18n/ref';
import { useCopy } from './useCopy';
import styles from './text.module.css';

const KEPT = 8;
/** UUIDs and hashes; the words around them are kept. */
const LONG = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{20,}/g;

/** An identifier: monospace, long numbers by their end, the whole on hover and when copied. */
export function CopyableId(props: { readonly id: string }) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const { copied, copy } = useCopy();
  const { id } = props;
  const short = id.replace(LONG, number => `…${number.slice(-KEPT)}`);
  return (
    <button
      type="button"
      className={styles.id}
      title={id}
      aria-label={`${t('common.copy')} ${short}`}
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
