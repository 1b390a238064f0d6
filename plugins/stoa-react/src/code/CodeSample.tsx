import { useState } from 'react';
import { Button, Text, ToggleButton, ToggleButtonGroup } from '@backstage/ui';
import { RiFileCopyLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { stoaTranslationRef } from '../i18n/ref';
import { useCopy } from '../text/useCopy';
import { CodeBlock } from './CodeBlock';
import { SAMPLE_LANGUAGES, SampleLanguage, sampleOf } from './samples';
import styles from './code.module.css';

/** One call of an API in five languages, ready to be copied. */
export function CodeSample(props: {
  readonly method: string;
  readonly url: string;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const [language, setLanguage] = useState<SampleLanguage>('curl');
  const { copied, copy } = useCopy();
  const code = sampleOf(language, props);
  return (
    <div className={styles.root}>
      <div className={styles.bar}>
        <ToggleButtonGroup
          aria-label={t('code.language')}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[language]}
          onSelectionChange={keys =>
            setLanguage([...keys][0] as SampleLanguage)
          }
        >
          {SAMPLE_LANGUAGES.map(name => (
            <ToggleButton key={name} id={name} size="small">
              {name}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <Button
          size="small"
          variant="tertiary"
          iconStart={<RiFileCopyLine />}
          onPress={() => copy(code)}
        >
          {copied ? t('common.copied') : t('common.copy')}
        </Button>
      </div>
      <CodeBlock code={code} label={language} />
      <Text as="p" variant="body-small" color="secondary">
        {t('code.keyHint')}
      </Text>
    </div>
  );
}
