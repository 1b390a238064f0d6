import {
  ApiBlueprint,
  configApiRef,
  createFrontendModule,
  discoveryApiRef,
  fetchApiRef,
  translationApiRef,
} from '@backstage/frontend-plugin-api';
import {
  NotificationsClient,
  notificationsApiRef,
} from '@backstage/plugin-notifications';
import { TranslatedNotifications } from './TranslatedNotifications';

/** Takes the place of the plugin's own client: a notification is sent before anybody knows who reads it in which language. */
export const notificationsModule = createFrontendModule({
  pluginId: 'notifications',
  extensions: [
    ApiBlueprint.make({
      params: define =>
        define({
          api: notificationsApiRef,
          deps: {
            configApi: configApiRef,
            discoveryApi: discoveryApiRef,
            fetchApi: fetchApiRef,
            translationApi: translationApiRef,
          },
          factory: ({ configApi, translationApi, ...deps }) =>
            new TranslatedNotifications({
              client: new NotificationsClient(deps),
              translationApi,
              sender: configApi.getOptionalString('app.title') ?? 'STOA',
            }),
        }),
    }),
  ],
});
