import { Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Api } from '../../apis/types';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { ToolSetForm } from './form';

/** From which version the tools are made, and the way to the current one. */
export function VersionNote(props: {
  readonly api: Api;
  readonly form: ToolSetForm;
  readonly onChange: (changes: Partial<ToolSetForm>) => void;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { api, form } = props;
  const names = { api: api.display_name, version: form.version };
  return (
    <Text as="p" color="secondary">
      {t('edit.from', names)}{' '}
      {form.version !== api.version && (
        <Button
          size="small"
          variant="secondary"
          onPress={() => props.onChange({ version: api.version })}
        >
          {t('edit.takeVersion', { version: api.version })}
        </Button>
      )}
    </Text>
  );
}
