import {
  createFrontendPlugin,
  createRouteRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';

const rootRouteRef = createRouteRef();

export const homePlugin = createFrontendPlugin({
  pluginId: 'home',
  routes: { root: rootRouteRef },
  extensions: [
    PageBlueprint.make({
      params: {
        path: '/',
        routeRef: rootRouteRef,
        noHeader: true,
        loader: () => import('./HomePage').then(m => <m.HomePage />),
      },
    }),
  ],
});
