import { FormEvent, useState } from 'react';
import {
  Button,
  Text,
  TextAreaField,
  ToggleButton,
  ToggleButtonGroup,
} from '@backstage/ui';
import { RiPlayLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { propertiesOf } from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../../i18n/tools/ref';
import { McpTool } from '../../servers/useServer';
import { Fields } from './ObjectField';
import { Result } from './Result';
import { Mode, useArguments } from './useArguments';
import { useInvoke } from './useInvoke';
import styles from './try.module.css';

/** A form made of the tool's schema, sent through the real gateway, and what came back. */
export function TryForm({ tool }: { readonly tool: McpTool }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const args = useArguments(tool.inputSchema);
  const { invoke, pending, outcome } = useInvoke(tool.full_name);
  const [tried, setTried] = useState(false);
  const wrong = tried ? args.wrong : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (args.wrong.length === 0 && args.value && !pending) invoke(args.value);
  };
  return (
    <>
      <form className={styles.form} onSubmit={submit} noValidate>
        <ModeChoice {...args} />
        {args.mode === 'json' ? (
          <TextAreaField
            label={t('try.arguments')}
            description={args.canForm ? undefined : t('try.onlyJson')}
            rows={10}
            spellCheck="false"
            isInvalid={wrong.length > 0}
            value={args.text}
            onChange={args.setText}
          />
        ) : (
          <Form {...args} schema={tool.inputSchema} wrong={wrong} />
        )}
        <div role="status">
          {wrong.length > 0 && (
            <Text color="danger">
              {args.mode === 'json' ? t('wrong.object') : t('try.incomplete')}
            </Text>
          )}
        </div>
        <div>
          <Button type="submit" iconStart={<RiPlayLine />} isPending={pending}>
            {t('try.call', { tool: tool.name })}
          </Button>
        </div>
      </form>
      {outcome && <Result outcome={outcome} />}
    </>
  );
}

function Form(
  props: Pick<
    ReturnType<typeof useArguments>,
    'resolve' | 'draft' | 'setDraft' | 'wrong'
  > & { readonly schema: McpTool['inputSchema'] },
) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { resolve, schema } = props;
  if (propertiesOf(resolve, schema).length === 0) {
    return <Text color="secondary">{t('try.noArguments')}</Text>;
  }
  return (
    <Fields
      resolve={resolve}
      schema={schema}
      at=""
      depth={0}
      draft={props.draft}
      onChange={props.setDraft}
      wrong={props.wrong}
    />
  );
}

function ModeChoice(
  props: Pick<ReturnType<typeof useArguments>, 'mode' | 'setMode' | 'canForm'>,
) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  return (
    <ToggleButtonGroup
      aria-label={t('try.mode')}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[props.mode]}
      onSelectionChange={keys => props.setMode([...keys][0] as Mode)}
    >
      <ToggleButton id="form" size="small" isDisabled={!props.canForm}>
        {t('try.form')}
      </ToggleButton>
      <ToggleButton id="json" size="small">
        JSON
      </ToggleButton>
    </ToggleButtonGroup>
  );
}
