import { Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { consoleTranslationRef } from '../../i18n/ref';
import { Checked } from './Checked';
import { ApiForm, Environment, isBackendUrl } from './form';
import styles from './create.module.css';

/** One backend address per environment of the tenant; dev is where publishing deploys to. */
export function Backends(props: {
  readonly environments: readonly Environment[];
  readonly backends: ApiForm['backends'];
  readonly onChange: (backends: ApiForm['backends']) => void;
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { backends } = props;
  return (
    <fieldset className={styles.group}>
      <legend>{t('create.environments')}</legend>
      <Text as="p" variant="body-small" color="secondary">
        {t('create.environmentsHint')}
      </Text>
      {props.environments.map(environment => (
        <Checked
          key={environment}
          label={t('create.backendUrl', { environment })}
          wrong={t('create.backendUrlWrong')}
          isRight={isBackendUrl}
          isOptional={environment !== 'dev'}
          value={backends[environment] ?? ''}
          onChange={url => props.onChange({ ...backends, [environment]: url })}
        />
      ))}
    </fieldset>
  );
}
