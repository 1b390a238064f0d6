import {
  DiallerService,
  GatewayAdapter,
  GitOpsRepository,
  PolicyEngine,
} from '@stoa/plugin-stoa-node';
import { UnitOfWork } from '../database/UnitOfWork';
import { DeploymentService } from '../deployments/DeploymentService';
import { Routes } from '../http/route';
import { GitWriter } from '../projector/GitWriter';
import { Revocable } from '../tenants/TenantLife';
import { TenantStore } from '../tenants/TenantStore';
import { ApiCommits } from './ApiCommits';
import { ApiConsumers } from './ApiConsumers';
import { ApiDocuments } from './ApiDocuments';
import { ApiEnding } from './ApiEnding';
import { ApiImport } from './ApiImport';
import { ApiLife } from './ApiLife';
import { ApiRemoval } from './ApiRemoval';
import { ApiService } from './ApiService';
import { ApiStore } from './ApiStore';
import { apiRoutes } from './routes';

export interface Apis {
  readonly routes: Routes;
  readonly service: ApiService;
  readonly documents: ApiDocuments;
}

/** The APIs of tenants: kept in Git, shown from the tables. */
export function createApis(options: {
  readonly repository: GitOpsRepository;
  readonly writer: GitWriter;
  readonly unitOfWork: UnitOfWork;
  readonly apis: ApiStore;
  readonly tenants: TenantStore;
  readonly deployments: DeploymentService;
  readonly gateway: GatewayAdapter;
  readonly revocables: readonly Revocable[];
  readonly policy: PolicyEngine;
  readonly dialler: DiallerService;
}): Apis {
  const commits = new ApiCommits(options);
  const ending = new ApiEnding(options);
  const service = new ApiService({ ...options, commits });
  const documents = new ApiDocuments(options);
  return {
    routes: apiRoutes({
      ...options,
      service,
      documents,
      consumers: new ApiConsumers({
        ...options,
        knex: options.unitOfWork.knex,
      }),
      imports: new ApiImport({ ...options, service }),
      life: new ApiLife({ ...options, commits, ending }),
      removal: new ApiRemoval({ ...options, commits, ending }),
    }),
    service,
    documents,
  };
}
