import { createTranslationResource } from '@backstage/frontend-plugin-api';
import { consoleTranslationRef } from './ref';

/** For the app to register; the French words load when they are needed. */
export const consoleTranslations = createTranslationResource({
  ref: consoleTranslationRef,
  translations: { fr: () => import('./fr') },
});
