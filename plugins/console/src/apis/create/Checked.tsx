import { useState } from 'react';
import { Text, TextField } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { stoaTranslationRef } from '@stoa/plugin-stoa-react';
import styles from './create.module.css';

/** A field that is judged once the reader has left it, and from then on as they type. */
export function Checked(props: {
  readonly label: string;
  readonly description?: string;
  readonly wrong: string;
  readonly isRight: (value: string) => boolean;
  readonly isOptional?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const [left, setLeft] = useState(false);
  const { value } = props;
  const bad =
    left && !props.isRight(value) && !(props.isOptional && value.trim() === '');
  return (
    <div className={styles.checked}>
      <TextField
        label={props.label}
        description={props.description}
        isRequired={!props.isOptional}
        secondaryLabel={props.isOptional ? undefined : t('common.required')}
        isInvalid={bad}
        value={value}
        onChange={props.onChange}
        onBlur={() => setLeft(value !== '')}
      />
      <div role="status">
        {bad && (
          <Text variant="body-small" color="danger">
            {props.wrong}
          </Text>
        )}
      </div>
    </div>
  );
}
