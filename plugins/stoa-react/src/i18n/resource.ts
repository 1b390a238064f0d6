import { createTranslationResource } from '@backstage/frontend-plugin-api';
import { stoaTranslationRef } from './ref';

/** For the app to register; the French words load when they are needed. */
export const stoaTranslations = createTranslationResource({
  ref: stoaTranslationRef,
  translations: { fr: () => import('./fr') },
});
