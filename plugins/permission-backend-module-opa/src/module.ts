import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { policyEngineServiceRef } from '@stoa/plugin-stoa-node';
import { policyExtensionPoint } from './alpha';
import { OpaPermissionPolicy } from './OpaPermissionPolicy';

/** Asks the platform's policy about every permission of Backstage. */
export const permissionModuleOpa = createBackendModule({
  pluginId: 'permission',
  moduleId: 'opa',
  register({ registerInit }) {
    registerInit({
      deps: {
        policy: policyExtensionPoint,
        engine: policyEngineServiceRef,
        userInfo: coreServices.userInfo,
        logger: coreServices.logger,
      },
      async init({ policy, ...deps }) {
        policy.setPolicy(new OpaPermissionPolicy(deps));
      },
    });
  },
});
