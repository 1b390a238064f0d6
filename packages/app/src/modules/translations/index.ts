import {
  createFrontendModule,
  createTranslationResource,
} from '@backstage/frontend-plugin-api';
import { TranslationBlueprint } from '@backstage/plugin-app-react';
import { stoaTranslations } from '@stoa/plugin-stoa-react';
import { consoleTranslations } from '@stoa/plugin-console';
import { portalTranslations } from '@stoa/plugin-portal';
import { backstageTranslations } from './backstage';
import { shellTranslationRef } from './ref';

const shellTranslations = createTranslationResource({
  ref: shellTranslationRef,
  translations: { fr: () => import('./fr') },
});

/** Only the app may register translations; each part brings its own words. */
export const translationsModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    ...backstageTranslations,
    TranslationBlueprint.make({
      name: 'stoa-shell',
      params: { resource: shellTranslations },
    }),
    TranslationBlueprint.make({
      name: 'stoa',
      params: { resource: stoaTranslations },
    }),
    TranslationBlueprint.make({
      name: 'console',
      params: { resource: consoleTranslations },
    }),
    TranslationBlueprint.make({
      name: 'portal',
      params: { resource: portalTranslations },
    }),
  ],
});
