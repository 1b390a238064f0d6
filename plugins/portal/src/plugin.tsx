import {
  createFrontendPlugin,
  createRouteRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';

export const rootRouteRef = createRouteRef();

/** Where consumers find APIs and use them. */
export const portalPlugin = createFrontendPlugin({
  pluginId: 'portal',
  routes: { root: rootRouteRef },
  extensions: [
    PageBlueprint.make({
      params: {
        path: '/portal',
        routeRef: rootRouteRef,
        noHeader: true,
        loader: () => import('./PortalRouter').then(m => <m.PortalRouter />),
      },
    }),
  ],
});
