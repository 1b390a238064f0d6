import { useState } from 'react';
import { Alert, Button } from '@backstage/ui';
import {
  RiDownloadLine,
  RiEyeLine,
  RiEyeOffLine,
  RiFileCopyLine,
} from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { stoaTranslationRef } from '../i18n/ref';
import { useCopy } from '../text/useCopy';
import { saveAs } from '../text/saveAs';
import styles from './Secret.module.css';

/** The number of characters that may be seen while it is masked. */
const CLEAR = 12;

/**
 * A secret that is shown once: masked, to copy, to download, and acknowledged.
 * It lives in the state of the caller only, and goes away with `onStored`.
 */
export function Secret(props: {
  readonly value: string;
  /** Name of the file it is saved as. */
  readonly fileName: string;
  readonly onStored: () => void;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const [visible, setVisible] = useState(false);
  const { copied, copy } = useCopy();
  const { value } = props;
  const masked = value.slice(0, CLEAR) + '•'.repeat(value.length - CLEAR);
  return (
    <section className={styles.root} aria-label={t('secret.title')}>
      <Alert status="warning" icon title={t('secret.once')} />
      <code
        className={styles.value}
        aria-label={visible ? undefined : t('secret.masked')}
        data-secret={visible ? 'visible' : 'masked'}
      >
        {visible ? value : masked}
      </code>
      <div className={styles.actions}>
        <Button
          variant="secondary"
          iconStart={visible ? <RiEyeOffLine /> : <RiEyeLine />}
          onPress={() => setVisible(!visible)}
        >
          {visible ? t('secret.hide') : t('secret.show')}
        </Button>
        <Button
          variant="secondary"
          iconStart={<RiFileCopyLine />}
          onPress={() => copy(value)}
        >
          {copied ? t('common.copied') : t('common.copy')}
        </Button>
        <Button
          variant="secondary"
          iconStart={<RiDownloadLine />}
          onPress={() => saveAs(props.fileName, `${value}\n`, 'text/plain')}
        >
          {t('common.download')}
        </Button>
        <Button onPress={props.onStored}>{t('secret.stored')}</Button>
      </div>
    </section>
  );
}
