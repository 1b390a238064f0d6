import { createTranslationResource } from '@backstage/frontend-plugin-api';
import { portalTranslationRef } from './ref';

/** For the app to register; the French words load when they are needed. */
export const portalTranslations = createTranslationResource({
  ref: portalTranslationRef,
  translations: { fr: () => import('./fr') },
});
