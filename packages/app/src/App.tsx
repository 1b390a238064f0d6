import { createApp } from '@backstage/frontend-defaults';
import userSettingsStorageModule from '@backstage/plugin-app-module-user-settings';
import authPlugin from '@backstage/plugin-auth';
import consolePlugin from '@stoa/plugin-console';
import portalPlugin from '@stoa/plugin-portal';
import { backstageFeatures } from './alphaFeatures';
import { authModule } from './modules/auth';
import { homePlugin } from './modules/home';
import { languageModule } from './modules/language';
import { navModule } from './modules/nav';
import { notFoundModule } from './modules/notFound';
import { notificationsModule } from './modules/notifications';
import { pageLayoutModule } from './modules/pageLayout';
import { translationsModule } from './modules/translations';
import { themeModule } from './theme/themes';

export const app = createApp({
  features: [
    ...backstageFeatures,
    authPlugin,
    userSettingsStorageModule,
    authModule,
    homePlugin,
    languageModule,
    navModule,
    notFoundModule,
    notificationsModule,
    pageLayoutModule,
    themeModule,
    translationsModule,
    consolePlugin,
    portalPlugin,
  ],
});
