import { TextAreaField } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Checked } from '../../apis/create/Checked';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { isOverrideName, Override } from './form';
import styles from './edit.module.css';

const DESCRIPTION_MAX = 4000;
const NOTHING: Override = { name: '', description: '' };

/** Another name and another description for one tool; empty leaves what is made from the document. */
export function OverrideFields(props: {
  readonly operation: string;
  readonly override: Override | undefined;
  readonly onChange: (operation: string, override: Override) => void;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { operation, override = NOTHING } = props;
  const change = (changes: Partial<Override>) =>
    props.onChange(operation, { ...override, ...changes });
  return (
    <fieldset className={styles.override}>
      <legend>{t('override.title')}</legend>
      <Checked
        label={t('override.name')}
        description={t('override.nameHint')}
        wrong={t('override.nameWrong')}
        isRight={isOverrideName}
        isOptional
        value={override.name}
        onChange={name => change({ name })}
      />
      <TextAreaField
        label={t('override.description')}
        description={t('override.descriptionHint')}
        rows={3}
        maxLength={DESCRIPTION_MAX}
        value={override.description}
        onChange={description => change({ description })}
      />
    </fieldset>
  );
}
