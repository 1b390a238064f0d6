import { ToggleButton, ToggleButtonGroup } from '@backstage/ui';
import {
  appLanguageApiRef,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { useLocale } from '@stoa/plugin-stoa-react';
import { shellTranslationRef } from '../translations/ref';
import { LANGUAGES } from './languages';

/** Each language in its own words, so that it is found by who reads it. */
export function LanguageSwitch() {
  const { t } = useTranslationRef(shellTranslationRef);
  const api = useApi(appLanguageApiRef);
  const language = useLocale();
  return (
    <ToggleButtonGroup
      aria-label={t('signIn.language')}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[language]}
      onSelectionChange={keys => api.setLanguage(String([...keys][0]))}
    >
      {LANGUAGES.map(({ id, name }) => (
        <ToggleButton key={id} id={id} size="small">
          <span lang={id}>{name}</span>
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
