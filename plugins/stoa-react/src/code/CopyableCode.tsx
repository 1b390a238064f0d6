import { Button, Text } from '@backstage/ui';
import { RiFileCopyLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { stoaTranslationRef } from '../i18n/ref';
import { useCopy } from '../text/useCopy';
import { CodeBlock } from './CodeBlock';
import styles from './code.module.css';

/** Text to be taken elsewhere whole: named, shown, and copied by one press. */
export function CopyableCode(props: {
  readonly code: string;
  readonly label: string;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const { copied, copy } = useCopy();
  return (
    <div className={styles.root}>
      <div className={styles.bar}>
        <Text variant="body-small" color="secondary">
          {props.label}
        </Text>
        <Button
          size="small"
          variant="tertiary"
          iconStart={<RiFileCopyLine />}
          aria-label={`${t('common.copy')}: ${props.label}`}
          onPress={() => copy(props.code)}
        >
          {copied ? t('common.copied') : t('common.copy')}
        </Button>
      </div>
      <CodeBlock code={props.code} label={props.label} />
    </div>
  );
}
