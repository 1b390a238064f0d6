import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { SignInPageBlueprint } from '@backstage/plugin-app-react';
import { stoaAuthApi } from './stoaAuth';

export const authModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    stoaAuthApi,
    SignInPageBlueprint.make({
      params: {
        loader: () => import('./SignInPage').then(m => m.SignInPage),
      },
    }),
  ],
});
