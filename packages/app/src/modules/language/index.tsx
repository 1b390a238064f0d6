import appPlugin from '@backstage/plugin-app';
import {
  AppRootElementBlueprint,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import { DocumentLanguage } from './DocumentLanguage';
import { LANGUAGES, preferredLanguage } from './languages';

export const languageModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    appPlugin.getExtension('api:app/app-language').override({
      factory: original =>
        original({
          config: {
            availableLanguages: LANGUAGES.map(({ id }) => id),
            defaultLanguage: preferredLanguage(navigator.languages),
          },
        }),
    }),
    AppRootElementBlueprint.make({
      name: 'document-language',
      params: { element: <DocumentLanguage /> },
    }),
  ],
});
