import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { ControlPlaneClient } from './ControlPlaneClient';

const CONTROL_PLANE_PLUGIN_ID = 'control-plane';

/**
 * The control plane, asked in the name of the plugin that wants it. By default it
 * is reached as one plugin reaches another; a gateway in a process of its own
 * replaces this by a client with credentials of its own.
 */
export const controlPlaneServiceRef = createServiceRef<ControlPlaneClient>({
  id: 'stoa.control-plane',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { auth: coreServices.auth, discovery: coreServices.discovery },
      factory: ({ auth, discovery }) =>
        new ControlPlaneClient({
          url: () => discovery.getBaseUrl(CONTROL_PLANE_PLUGIN_ID),
          token: async () => {
            const { token } = await auth.getPluginRequestToken({
              onBehalfOf: await auth.getOwnServiceCredentials(),
              targetPluginId: CONTROL_PLANE_PLUGIN_ID,
            });
            return token;
          },
        }),
    }),
});
