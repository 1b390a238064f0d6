import { LoggerService } from '@backstage/backend-plugin-api';
import { GitOpsRepository, IdentityAdmin } from '@stoa/plugin-stoa-node';
import { UnitOfWork } from '../database/UnitOfWork';
import { Routes } from '../http/route';
import { GitWriter } from '../projector/GitWriter';
import { Provisioner } from './provisioning/Provisioner';
import { ProvisioningStore } from './provisioning/ProvisioningStore';
import { provisioningSteps } from './provisioning/steps';
import { tenantRoutes } from './routes';
import { Revocable, TenantLife } from './TenantLife';
import { TenantService } from './TenantService';
import { TenantStore } from './TenantStore';

export interface Tenants {
  readonly routes: Routes;
  readonly provisioner: Provisioner;
  /** Takes up what waits: tenants that came by Git, and what hangs on archived ones. */
  readonly sweep: () => Promise<void>;
}

/** The organisations that publish APIs: what they are, and what they are given. */
export function createTenants(options: {
  readonly unitOfWork: UnitOfWork;
  readonly tenants: TenantStore;
  readonly repository: GitOpsRepository;
  readonly writer: GitWriter;
  readonly identityAdmin: IdentityAdmin;
  readonly revocables: readonly Revocable[];
  readonly logger: LoggerService;
  /** Where the platform is reached, without a slash at the end. */
  readonly baseUrl: string;
}): Tenants {
  const provisioner = new Provisioner({
    ...options,
    store: new ProvisioningStore(options.unitOfWork.knex),
    steps: provisioningSteps(options),
  });
  const life = new TenantLife(options);
  const service = new TenantService({
    ...options,
    onPending: () => provisioner.poke(),
  });
  return {
    routes: tenantRoutes({ service, life, provisioner }),
    provisioner,
    sweep: async () => {
      await provisioner.catchUp();
      while (await life.endSubscriptions());
    },
  };
}
