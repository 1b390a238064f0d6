import { ReactNode } from 'react';
import { Select, Text, TextAreaField, TextField } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  JsonSchemaNode,
  Resolve,
  stoaTranslationRef,
  useConstraints,
} from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../../i18n/tools/ref';
import { Draft, Wrong } from './draft';
import { choicesOf, kindOf } from './kinds';
import { ListField } from './ListField';
import { ObjectField } from './ObjectField';
import styles from './try.module.css';

export interface FieldProps {
  readonly resolve: Resolve;
  readonly schema: JsonSchemaNode;
  readonly name: string;
  /** Where it is among the arguments: names and positions, joined by dots. */
  readonly at: string;
  readonly required: boolean;
  readonly depth: number;
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** What to complain about; nothing before the first attempt. */
  readonly wrong: readonly Wrong[];
}

const NOTHING = 'nothing';

/** One argument, or one part of one, entered as its schema says. */
export function Field(props: FieldProps) {
  const kind = kindOf(props.resolve, props.schema, props.depth);
  if (kind === 'object') return <ObjectField {...props} />;
  if (kind === 'list') return <ListField {...props} />;
  return (
    <Complained at={props.at} wrong={props.wrong}>
      {kind === 'choice' || kind === 'boolean' ? (
        <ChoiceField {...props} isBoolean={kind === 'boolean'} />
      ) : (
        <TypedField {...props} kind={kind} />
      )}
    </Complained>
  );
}

/** What an argument is for and what it demands, in one line below its field. */
export function useHelp(): (
  props: Pick<FieldProps, 'resolve' | 'schema'>,
) => string {
  const constraints = useConstraints();
  return ({ resolve, schema }) => {
    const merged = { ...resolve(schema), ...schema };
    const { description } = merged;
    return [
      typeof description === 'string' ? description : '',
      constraints(merged),
    ]
      .filter(Boolean)
      .join(' · ');
  };
}

/** The name of a group of fields. */
export function Legend(props: Pick<FieldProps, 'name' | 'required'>) {
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  return (
    <legend>
      {props.name}{' '}
      {props.required && (
        <span className={styles.legend}>({shared('common.required')})</span>
      )}
    </legend>
  );
}

function TypedField(
  props: FieldProps & { readonly kind: 'text' | 'number' | 'integer' | 'json' },
) {
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const { t } = useTranslationRef(portalToolTranslationRef);
  const help = useHelp();
  const { kind, at, wrong } = props;
  const common = {
    label: props.name,
    isRequired: props.required,
    secondaryLabel: props.required ? shared('common.required') : undefined,
    isInvalid: wrong.some(entry => entry.at === at),
    value: typeof props.draft === 'string' ? props.draft : '',
    onChange: (text: string) => props.onChange(text === '' ? undefined : text),
  };
  if (kind === 'json') {
    return (
      <TextAreaField
        {...common}
        rows={3}
        spellCheck="false"
        description={[help(props), t('try.asJson')].filter(Boolean).join(' · ')}
      />
    );
  }
  return (
    <TextField
      {...common}
      description={help(props) || undefined}
      inputMode={kind === 'text' ? undefined : 'decimal'}
    />
  );
}

function ChoiceField(props: FieldProps & { readonly isBoolean: boolean }) {
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const { t } = useTranslationRef(portalToolTranslationRef);
  const help = useHelp();
  const { draft, isBoolean } = props;
  const choices = isBoolean
    ? [
        { id: 'true', label: 'true' },
        { id: 'false', label: 'false' },
      ]
    : choicesOf(props.resolve(props.schema)).map((choice, index) => ({
        id: String(index),
        label: typeof choice === 'string' ? choice : JSON.stringify(choice),
      }));
  return (
    <Select
      label={props.name}
      description={help(props) || undefined}
      secondaryLabel={props.required ? shared('common.required') : undefined}
      options={[{ id: NOTHING, label: t('try.leftOut') }, ...choices]}
      selectedKey={draft === undefined ? NOTHING : String(draft)}
      onSelectionChange={key => {
        if (key === NOTHING || key === null) props.onChange(undefined);
        else props.onChange(isBoolean ? key === 'true' : String(key));
      }}
    />
  );
}

function Complained(props: {
  readonly at: string;
  readonly wrong: readonly Wrong[];
  readonly children: ReactNode;
}) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const complaint = props.wrong.find(({ at }) => at === props.at);
  return (
    <div className={styles.field}>
      {props.children}
      <div role="status">
        {complaint && (
          <Text variant="body-small" color="danger">
            {t(`wrong.${complaint.what}`)}
          </Text>
        )}
      </div>
    </div>
  );
}
