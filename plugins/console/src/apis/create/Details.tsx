import {
  Checkbox,
  CheckboxGroup,
  Radio,
  RadioGroup,
  TextAreaField,
  TextField,
} from '@backstage/ui';
import { isApiId } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Section, stoaTranslationRef } from '@stoa/plugin-stoa-react';
import { useTenant } from '../../frame/TenantContext';
import { consoleTranslationRef } from '../../i18n/ref';
import { Backends } from './Backends';
import { ApiForm, Environment, isVersion } from './form';
import { Checked } from './Checked';
import styles from './create.module.css';

export interface Plan {
  readonly id: string;
  readonly name: string;
}

/** Everything about the API that the document does not say. */
export function Details(props: {
  readonly form: ApiForm;
  readonly onChange: (changes: Partial<ApiForm>) => void;
  readonly plans: readonly Plan[];
  readonly environments: readonly Environment[];
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const tenant = useTenant();
  const { form, onChange, plans } = props;
  return (
    <Section title={t('create.details')}>
      <div className={styles.fields}>
        <TextField
          label={t('create.displayName')}
          isRequired
          secondaryLabel={shared('common.required')}
          maxLength={100}
          value={form.displayName}
          onChange={displayName => onChange({ displayName })}
        />
        <Checked
          label={t('create.apiId')}
          description={t('create.apiIdHint')}
          wrong={t('create.apiIdWrong')}
          isRight={isApiId}
          value={form.apiId}
          onChange={apiId => onChange({ apiId })}
        />
        <Checked
          label={t('create.version')}
          description={t('create.versionHint')}
          wrong={t('create.versionWrong')}
          isRight={isVersion}
          value={form.version}
          onChange={version => onChange({ version })}
        />
      </div>
      <TextAreaField
        label={t('create.description')}
        rows={3}
        maxLength={5000}
        value={form.description}
        onChange={description => onChange({ description })}
      />
      <Backends
        environments={props.environments}
        backends={form.backends}
        onChange={backends => onChange({ backends })}
      />
      <RadioGroup
        label={t('create.visibility')}
        value={form.visibility}
        onChange={value =>
          onChange({ visibility: value === 'private' ? 'private' : 'public' })
        }
      >
        <Radio value="public">{t('create.visibilityPublic')}</Radio>
        <Radio value="private">
          {t('create.visibilityPrivate', { tenant: tenant.name })}
        </Radio>
      </RadioGroup>
      {plans.length > 0 && (
        <CheckboxGroup
          label={t('create.plans')}
          description={t('create.plansHint')}
          value={[...form.plans]}
          onChange={value => onChange({ plans: value })}
        >
          {plans.map(plan => (
            <Checkbox key={plan.id} value={plan.id}>
              {plan.name}
            </Checkbox>
          ))}
        </CheckboxGroup>
      )}
      <div className={styles.fields}>
        <TextField
          label={t('create.tags')}
          description={t('create.tagsHint')}
          value={form.tags}
          onChange={tags => onChange({ tags })}
        />
        <TextField
          label={t('create.category')}
          maxLength={63}
          value={form.category}
          onChange={category => onChange({ category })}
        />
      </div>
    </Section>
  );
}
