import {
  createFrontendModule,
  PageLayout as PageLayoutComponent,
} from '@backstage/frontend-plugin-api';
import { SwappableComponentBlueprint } from '@backstage/plugin-app-react';

/** The frame around the pages that Backstage brings along. */
export const pageLayoutModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    SwappableComponentBlueprint.make({
      name: 'core-page-layout',
      params: define =>
        define({
          component: PageLayoutComponent,
          loader: () => import('./PageLayout').then(m => m.PageLayout),
        }),
    }),
  ],
});
