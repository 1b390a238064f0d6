import { TranslationApi } from '@backstage/frontend-plugin-api';
import { mockApis } from '@backstage/frontend-test-utils';
import french from '../i18n/fr';

/** Our shared words in French; everything else as the mock has it. */
export function frenchTranslations(): TranslationApi {
  const english = mockApis.translation();
  const words: Record<string, string> = { ...french.messages };
  const t = (key: string, values: Record<string, unknown> = {}) =>
    words[key].replace(/\{\{(\w+)\}\}/g, (_, name) => String(values[name]));
  const inFrench: Pick<TranslationApi, 'getTranslation'> = {
    getTranslation: ref => {
      const known = english.getTranslation(ref);
      return ref.id === french.id
        ? ({ ready: true, t } as unknown as typeof known)
        : known;
    },
  };
  return {
    ...inFrench,
    translation$: ref => english.translation$(ref),
  };
}
