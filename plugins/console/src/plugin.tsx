import {
  createFrontendPlugin,
  createRouteRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';

export const rootRouteRef = createRouteRef();

/** Where providers publish APIs, decide about subscriptions and operate both. */
export const consolePlugin = createFrontendPlugin({
  pluginId: 'console',
  routes: { root: rootRouteRef },
  extensions: [
    PageBlueprint.make({
      params: {
        path: '/console',
        routeRef: rootRouteRef,
        noHeader: true,
        loader: () => import('./ConsoleRouter').then(m => <m.ConsoleRouter />),
      },
    }),
  ],
});
