import {
  DiallerService,
  GitOpsRepository,
  PolicyEngine,
  SecretStore,
} from '@stoa/plugin-stoa-node';
import { ApiStore } from '../apis/ApiStore';
import { createApprovals } from '../approvals';
import { UnitOfWork } from '../database/UnitOfWork';
import { compileDefinition } from '../definitions';
import { OnDenied } from '../http/refusal';
import { Routes } from '../http/route';
import { createMcpUpstreams } from '../mcp-upstreams';
import { PlanStore } from '../plans/PlanStore';
import { GitWriter } from '../projector/GitWriter';
import { sweepExpiry } from '../subscriptions/ExpirySweep';
import { TenantStore } from '../tenants/TenantStore';
import { toolSetRoutes } from '../toolsets/routes';
import { ToolSetService } from '../toolsets/ToolSetService';
import { McpServerStore } from './McpServerStore';
import { McpSubscriptionService } from './McpSubscriptionService';
import { McpSubscriptionStore } from './McpSubscriptionStore';
import { mcpServerRoutes } from './routes';
import { mcpSubscriptionRoutes } from './subscriptionRoutes';

export interface Mcp {
  readonly routes: Routes;
  readonly subscriptions: McpSubscriptionService;
  /** Ends what has lasted its time: subscriptions, and questions about calls. */
  readonly sweep: () => Promise<void>;
}

/** Servers of tools, made from APIs here or elsewhere, who may use them, and calls that wait for a person. */
export function createMcp(options: {
  readonly unitOfWork: UnitOfWork;
  readonly repository: GitOpsRepository;
  readonly writer: GitWriter;
  readonly servers: McpServerStore;
  readonly apis: ApiStore;
  readonly tenants: TenantStore;
  readonly plans: PlanStore;
  readonly policy: PolicyEngine;
  readonly secrets: SecretStore;
  readonly dialler: DiallerService;
  readonly onDenied: OnDenied;
}): Mcp {
  const store = new McpSubscriptionStore(options.unitOfWork.knex);
  const subscriptions = new McpSubscriptionService({ ...options, store });
  const approvals = createApprovals(options);
  const upstreams = createMcpUpstreams(options);
  const toolSets = new ToolSetService({
    ...options,
    compile: compileDefinition,
  });
  return {
    subscriptions,
    sweep: async () => {
      await sweepExpiry(subscriptions.term);
      await approvals.sweep();
    },
    routes: {
      ...toolSetRoutes({ ...options, service: toolSets }),
      ...mcpServerRoutes({
        ...options,
        subscriptions: store,
        upstreamOf: upstreams.forManager,
      }),
      ...mcpSubscriptionRoutes({ ...options, service: subscriptions, store }),
      ...upstreams.routes,
      ...approvals.routes,
    },
  };
}
