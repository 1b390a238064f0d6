import { useRef, useState } from 'react';
import { Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { RiUpload2Line } from '@remixicon/react';
import { Section } from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../../i18n/ref';
import { Problems } from './Problems';
import { useReport } from './useReport';
import styles from './create.module.css';

/** Beyond this a text field makes the browser slow; the file is named instead. */
const EDITABLE_CHARACTERS = 500_000;
const MEGABYTE = 1_000_000;

/** The document, from a file or pasted, and what is wrong with it and where. */
export function DefinitionField(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly check: ReturnType<typeof useReport>;
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { value, onChange } = props;
  const [fileName, setFileName] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const large = value.length > EDITABLE_CHARACTERS;
  const read = async (file: File | undefined) => {
    if (!file) return;
    setFileName(file.name);
    onChange(await file.text());
  };
  return (
    <Section title={t('create.document')}>
      <label className={styles.file}>
        <input
          className={styles.chooser}
          type="file"
          accept=".yaml,.yml,.json,application/json,application/yaml"
          onChange={event => read(event.target.files?.[0])}
        />
        <span className={styles.choose}>
          <RiUpload2Line size={16} aria-hidden />
          {fileName || t('create.upload')}
        </span>
        <Text variant="body-small" color="secondary">
          {t('create.uploadHint')}
        </Text>
      </label>
      {large ? (
        <div className={styles.large}>
          <Text>
            {t('create.large', {
              name: fileName,
              size: (value.length / MEGABYTE).toFixed(1),
            })}
          </Text>
          <Button size="small" variant="secondary" onPress={() => onChange('')}>
            {t('create.remove')}
          </Button>
        </div>
      ) : (
        <label className={styles.paste}>
          <span>{t('create.paste')}</span>
          <textarea
            ref={field}
            rows={16}
            spellCheck={false}
            className={styles.editor}
            value={value}
            onChange={event => onChange(event.target.value)}
          />
        </label>
      )}
      <Problems
        check={props.check}
        onGoTo={
          large
            ? undefined
            : (line, column) => goTo(field.current, line, column)
        }
      />
    </Section>
  );
}

/** Puts the cursor at a place that a problem names; lines and columns count from 1. */
function goTo(
  field: HTMLTextAreaElement | null,
  line: number,
  column: number,
): void {
  if (!field) return;
  const lines = field.value.split('\n');
  const before = lines.slice(0, line - 1);
  const start = before.reduce((sum, text) => sum + text.length + 1, 0);
  const at = start + Math.max(0, column - 1);
  field.focus();
  field.setSelectionRange(at, start + (lines[line - 1]?.length ?? 0));
  field.scrollTop =
    (field.scrollHeight / Math.max(1, lines.length)) * Math.max(0, line - 4);
}
