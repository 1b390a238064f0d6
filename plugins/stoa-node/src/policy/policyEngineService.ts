import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { resolve } from 'node:path';
import { readinessServiceRef } from '../http';
import { repositoryRoot } from '../identity/dataDir';
import { PolicyEngine } from './PolicyEngine';
import { WasmPolicyEngine } from './WasmPolicyEngine';

/**
 * The policy engine of this process. The bundle lies in `policies/bundle` of the
 * checkout or image, or in the folder that `stoa.policy.bundle` names (relative to
 * the repository). Readiness tells when none is loaded.
 */
export const policyEngineServiceRef = createServiceRef<PolicyEngine>({
  id: 'stoa.policyEngine',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.rootLogger,
        readiness: readinessServiceRef,
      },
      async factory({ config, logger, readiness }) {
        const folder =
          config.getOptionalString('stoa.policy.bundle') ?? 'policies/bundle';
        const engine = await WasmPolicyEngine.load(
          resolve(repositoryRoot(), folder),
          logger,
        );
        readiness.add('policy', () =>
          engine.ready() ? undefined : 'no policy is loaded',
        );
        return engine;
      },
    }),
});
