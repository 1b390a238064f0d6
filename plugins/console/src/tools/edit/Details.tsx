import {
  Checkbox,
  CheckboxGroup,
  Radio,
  RadioGroup,
  Select,
  TextAreaField,
  TextField,
} from '@backstage/ui';
import { isApiId, Schema } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Section, stoaTranslationRef } from '@stoa/plugin-stoa-react';
import { Checked } from '../../apis/create/Checked';
import { Plan } from '../../apis/create/Details';
import { Api } from '../../apis/types';
import { useTenant } from '../../frame/TenantContext';
import { consoleTranslationRef } from '../../i18n/ref';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { isAffix, ToolSetForm } from './form';
import styles from '../../apis/create/create.module.css';

/** Everything about the ToolSet but its operations. */
export function Details(props: {
  readonly api: Api;
  readonly plans: readonly Plan[];
  readonly form: ToolSetForm;
  readonly onChange: (changes: Partial<ToolSetForm>) => void;
  /** Its id is part of its address and stays what it is. */
  readonly exists: boolean;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { t: common } = useTranslationRef(consoleTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const tenant = useTenant();
  const { form, onChange, plans } = props;
  return (
    <Section title={t('details.title')}>
      <div className={styles.fields}>
        <TextField
          label={common('create.displayName')}
          isRequired
          secondaryLabel={shared('common.required')}
          maxLength={100}
          value={form.displayName}
          onChange={displayName => onChange({ displayName })}
        />
        {!props.exists && (
          <Checked
            label={common('create.apiId')}
            description={common('create.apiIdHint')}
            wrong={common('create.apiIdWrong')}
            isRight={isApiId}
            value={form.toolSetId}
            onChange={toolSetId => onChange({ toolSetId })}
          />
        )}
        <Places {...props} />
      </div>
      <TextAreaField
        label={common('create.description')}
        description={t('details.descriptionHint')}
        rows={3}
        maxLength={5000}
        value={form.description}
        onChange={description => onChange({ description })}
      />
      <div className={styles.fields}>
        <Checked
          label={t('details.prefix')}
          description={t('details.prefixHint')}
          wrong={t('details.affixWrong')}
          isRight={isAffix}
          isOptional
          value={form.prefix}
          onChange={prefix => onChange({ prefix })}
        />
        <Checked
          label={t('details.suffix')}
          description={t('details.suffixHint')}
          wrong={t('details.affixWrong')}
          isRight={isAffix}
          isOptional
          value={form.suffix}
          onChange={suffix => onChange({ suffix })}
        />
      </div>
      <RadioGroup
        label={t('details.visibility')}
        value={form.visibility}
        onChange={value =>
          onChange({ visibility: value === 'public' ? 'public' : 'private' })
        }
      >
        <Radio value="private">
          {common('create.visibilityPrivate', { tenant: tenant.name })}
        </Radio>
        <Radio value="public">{common('create.visibilityPublic')}</Radio>
      </RadioGroup>
      {plans.length > 0 && (
        <CheckboxGroup
          label={t('details.plans')}
          description={t('details.plansHint')}
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
      {props.exists && (
        <Checkbox
          isSelected={form.enabled}
          onChange={enabled => onChange({ enabled })}
        >
          {t('details.enabled')}
        </Checkbox>
      )}
    </Section>
  );
}

/** Where calls go: environments of the API, and whether it is deployed there. */
function Places(props: {
  readonly api: Api;
  readonly form: ToolSetForm;
  readonly onChange: (changes: Partial<ToolSetForm>) => void;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { api, form } = props;
  const isDeployed = (name: string) =>
    api.deployed.some(
      place =>
        place.environment === name &&
        (!form.version || place.version === form.version),
    );
  return (
    <Select
      label={t('details.environment')}
      description={t('details.environmentHint')}
      options={api.environments.map(({ name }) => ({
        id: name,
        label: isDeployed(name) ? name : t('details.notDeployed', { name }),
      }))}
      selectedKey={form.environment ?? api.environments[0]?.name ?? null}
      onSelectionChange={key =>
        props.onChange({
          environment: String(key) as Schema<'Environment'>,
        })
      }
    />
  );
}
