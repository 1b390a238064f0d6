import { Button, Skeleton, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ErrorPanel,
  Problem,
  Section,
  unwrap,
  useLoad,
  useLocale,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { Api } from '../../apis/types';
import { useTenant } from '../../frame/TenantContext';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { OperationPicker } from '../pick/OperationPicker';
import { Problems } from '../Problems';
import { Details } from './Details';
import { selectionOf, ToolSetForm } from './form';
import { SeenByModel } from './SeenByModel';
import { usePreview } from './usePreview';
import { useOperations } from './useSource';
import { VersionNote } from './VersionNote';
import styles from './edit.module.css';

/** Ticking operations beside what the model will see of them, then the details, then one commit. */
export function Editor(props: {
  readonly api: Api;
  readonly form: ToolSetForm;
  readonly onChange: (changes: Partial<ToolSetForm>) => void;
  readonly exists: boolean;
  readonly ready: boolean;
  readonly pending: boolean;
  readonly error?: Problem;
  readonly onSave: () => void;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const number = new Intl.NumberFormat(useLocale());
  const tenant = useTenant();
  const client = useStoaClient();
  const { api, form, onChange } = props;
  const operations = useOperations(tenant.id, api.api_id, form.version);
  const seen = usePreview(tenant.id, selectionOf(form));
  const plans = useLoad(`plans/${tenant.id}`, signal =>
    unwrap(
      client.GET('/v1/tenants/{tenant_id}/plans', {
        params: { path: { tenant_id: tenant.id } },
        signal,
      }),
    ),
  );
  const count = seen.preview?.tools.length ?? 0;
  return (
    <form
      className={styles.form}
      onSubmit={event => {
        event.preventDefault();
        if (props.ready) props.onSave();
      }}
    >
      <div className={styles.columns}>
        <Section title={t('pick.title')}>
          <VersionNote api={api} form={form} onChange={onChange} />
          {operations.error && (
            <ErrorPanel error={operations.error} onRetry={operations.reload} />
          )}
          {operations.loading && <Skeleton width="100%" height={320} />}
          {operations.data && (
            <>
              <OperationPicker
                operations={operations.data.operations}
                all={form.all}
                selected={form.operations}
                onAll={all => onChange({ all })}
                onSelected={chosen => onChange({ operations: chosen })}
              />
              <Problems problems={operations.data.problems} />
            </>
          )}
        </Section>
        <SeenByModel
          seen={seen}
          form={form}
          onOverride={(operation, override) =>
            onChange({
              overrides: { ...form.overrides, [operation]: override },
            })
          }
        />
      </div>
      <Details
        api={api}
        plans={plans.data?.items ?? []}
        form={form}
        onChange={onChange}
        exists={props.exists}
      />
      {plans.error && <ErrorPanel error={plans.error} onRetry={plans.reload} />}
      {props.error && <ErrorPanel error={props.error} />}
      <div className={styles.foot}>
        <Text color="secondary">{t(`edit.${hintOf(form, props.ready)}`)}</Text>
        <Button
          type="submit"
          isDisabled={!props.ready}
          isPending={props.pending}
        >
          {props.exists
            ? t('edit.save', { name: form.displayName })
            : t('edit.create', { n: number.format(count) })}
        </Button>
      </div>
    </form>
  );
}

/** What saving does, or why it cannot be done yet. */
function hintOf(form: ToolSetForm, ready: boolean) {
  if (!form.all && form.operations.size === 0) return 'noOperations';
  return ready ? 'commitHint' : 'fieldWrong';
}
