import {
  DatabaseService,
  LoggerService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { SignalsService } from '@backstage/plugin-signals-node';
import {
  DiallerService,
  EventBus,
  GitOpsRepository,
  IdentityAdmin,
  PolicyEngine,
  PrincipalService,
  SecretStore,
} from '@stoa/plugin-stoa-node';
import { Topic, StoaEvent } from '@stoa/plugin-stoa-common';
import { Router } from 'express';
import { randomUUID } from 'node:crypto';
import { ApiService } from './apis/ApiService';
import { ApiStore } from './apis/ApiStore';
import { apiRoutes } from './apis/routes';
import { ApplicationService } from './applications/ApplicationService';
import { ApplicationStore } from './applications/ApplicationStore';
import { applicationRoutes } from './applications/routes';
import { appendAudit } from './audit/AuditChain';
import { AuditStore } from './audit/AuditStore';
import { DenialCounter } from './audit/DenialCounter';
import { auditRoutes } from './audit/routes';
import { compileDefinition } from './definitions';
import { AuditMessage, FeedInput, UnitOfWork } from './database/UnitOfWork';
import { isPostgres } from './database/values';
import { DeploymentRunner } from './deployments/DeploymentRunner';
import { DeploymentService } from './deployments/DeploymentService';
import { DeploymentStore, Executor } from './deployments/DeploymentStore';
import { EmbeddedGateway } from './deployments/EmbeddedGateway';
import { deployFromGit } from './deployments/deployFromGit';
import { ExecutorReports } from './deployments/ExecutorReports';
import { deploymentRoutes } from './deployments/routes';
import { RuntimeStore } from './deployments/RuntimeStore';
import { FeedStore } from './feed/FeedStore';
import { FeedStream } from './feed/FeedStream';
import { createSnapshot } from './feed/snapshot';
import { GatewayLookup } from './gateways/lookup';
import { gatewayRoutes } from './gateways/routes';
import { loadContract } from './http/contract';
import { IdempotencyStore } from './http/idempotency';
import { OnDenied } from './http/refusal';
import { createRouter } from './http/router';
import { subscribeLiveUpdates } from './live/LiveUpdates';
import { McpServerStore } from './mcp-servers/McpServerStore';
import { McpSubscriptionService } from './mcp-servers/McpSubscriptionService';
import { McpSubscriptionStore } from './mcp-servers/McpSubscriptionStore';
import { mcpServerRoutes } from './mcp-servers/routes';
import { mcpSubscriptionRoutes } from './mcp-servers/subscriptionRoutes';
import { meRoutes } from './me/routes';
import { Relay } from './outbox/Relay';
import { PeopleStore } from './people/PeopleStore';
import { PlanService } from './plans/PlanService';
import { PlanStore } from './plans/PlanStore';
import { planRoutes } from './plans/routes';
import { PortalStore } from './portal/PortalStore';
import { portalRoutes } from './portal/routes';
import { GitWriter } from './projector/GitWriter';
import { Projector } from './projector/Projector';
import { TreeProjection } from './projector/TreeProjection';
import { sweepWrites } from './projector/writes';
import { snapshotRoutes } from './snapshots/routes';
import { SnapshotStore } from './snapshots/SnapshotStore';
import { subscriptionRoutes } from './subscriptions/routes';
import { sweepExpiry } from './subscriptions/ExpirySweep';
import { SubscriptionService } from './subscriptions/SubscriptionService';
import { SubscriptionStore } from './subscriptions/SubscriptionStore';
import { tenantRoutes } from './tenants/routes';
import { TenantStore } from './tenants/TenantStore';
import { toolSetRoutes } from './toolsets/routes';
import { ToolSetService } from './toolsets/ToolSetService';
import { usageRoutes } from './usage/routes';
import { UsageStore } from './usage/UsageStore';
import { createWebhooks, Webhooks } from './webhooks';

export interface ControlPlaneOptions {
  readonly database: DatabaseService;
  readonly logger: LoggerService;
  readonly repository: GitOpsRepository;
  readonly bus: EventBus;
  readonly policy: PolicyEngine;
  readonly principals: PrincipalService;
  readonly identityAdmin: IdentityAdmin;
  readonly dialler: DiallerService;
  readonly secrets: SecretStore;
  /** How many days deliveries of webhooks are kept. */
  readonly deliveriesDays: number;
  readonly signals: SignalsService;
  readonly notifications: NotificationService;
  /** How often one person may ask; as many again may come at once. */
  readonly requestsPerMinute: number;
  readonly executor: Executor;
  /** Where the platform is reached, without a slash at the end. */
  readonly baseUrl: string;
}

/** The control plane: its stores and services put together, what runs beside them, and its router. */
export class ControlPlane {
  readonly router: Router;
  readonly #relay: Relay;
  readonly #projector: Projector;
  readonly #feed: FeedStream;
  readonly #webhooks: Webhooks;
  readonly #sweep: () => Promise<void>;
  readonly #meetPeople: () => Promise<void>;

  private constructor(parts: {
    router: Router;
    relay: Relay;
    projector: Projector;
    feed: FeedStream;
    webhooks: Webhooks;
    sweep: () => Promise<void>;
    meetPeople: () => Promise<void>;
  }) {
    this.router = parts.router;
    this.#relay = parts.relay;
    this.#projector = parts.projector;
    this.#feed = parts.feed;
    this.#webhooks = parts.webhooks;
    this.#sweep = parts.sweep;
    this.#meetPeople = parts.meetPeople;
  }

  static async create(options: ControlPlaneOptions): Promise<ControlPlane> {
    const { logger, repository, bus, policy, baseUrl } = options;
    const knex = await options.database.getClient();
    if (!options.database.migrations?.skip) {
      await knex.migrate.latest({
        directory: resolvePackagePath(
          '@stoa/plugin-control-plane-backend',
          'migrations',
        ),
      });
    }
    const unitOfWork = new UnitOfWork(knex);
    const people = new PeopleStore(unitOfWork);
    const tenants = new TenantStore(knex);
    const plans = new PlanStore(knex);
    const apis = new ApiStore(knex);
    const usage = new UsageStore(knex);
    const feedStore = new FeedStore(knex);
    const servers = new McpServerStore(knex);
    const snapshots = new SnapshotStore(knex);
    const feed = new FeedStream(
      feedStore,
      createSnapshot({ knex, apis, servers, baseUrl }),
    );
    const projector = new Projector({
      repository,
      unitOfWork,
      projection: new TreeProjection({
        repository,
        servers,
        compile: compileDefinition,
        baseUrl,
      }),
      logger,
    });
    const writer = new GitWriter({ knex, repository, projector, people });
    const deploymentStore = new DeploymentStore(knex);
    const deployments = new DeploymentService({
      unitOfWork,
      store: deploymentStore,
      apis,
      tenants,
      executor: options.executor,
    });
    const runner = new DeploymentRunner({
      store: deploymentStore,
      unitOfWork,
      repository,
      gateway: new EmbeddedGateway({
        unitOfWork,
        dialler: id => options.dialler.forTenant(id),
      }),
      logger,
    });
    const apiService = new ApiService({
      repository,
      writer,
      apis,
      tenants,
    });
    const toolSets = new ToolSetService({
      repository,
      writer,
      servers,
      apis,
      tenants,
      compile: compileDefinition,
    });
    const applications = new ApplicationService(
      unitOfWork,
      new ApplicationStore(knex),
    );
    const subscriptionStore = new SubscriptionStore(knex);
    const subscriptions = new SubscriptionService({
      unitOfWork,
      store: subscriptionStore,
      apis,
      applications,
      plans,
    });
    const mcpSubscriptionStore = new McpSubscriptionStore(knex);
    const mcpSubscriptions = new McpSubscriptionService({
      unitOfWork,
      store: mcpSubscriptionStore,
      servers,
      plans,
    });
    const idempotency = new IdempotencyStore(knex);
    const denials = new DenialCounter(unitOfWork);
    const onDenied: OnDenied = (actor, action, resource, rule) =>
      denials.record(actor, action, resource, rule);

    bus.subscribe({
      group: 'executor',
      topics: ['deploy-requests'],
      handler: event => runner.run(String(event.payload.deployment_id)),
    });
    deployFromGit(bus, deployments);
    subscribeLiveUpdates({
      bus,
      people,
      signals: options.signals,
      notifications: options.notifications,
    });

    const webhooks = createWebhooks({
      unitOfWork,
      tenants,
      bus,
      secrets: options.secrets,
      dialler: options.dialler,
      logger,
      retentionDays: options.deliveriesDays,
    });

    const relay = new Relay({
      knex,
      logger,
      // A file database has one process, which finds its own leases again after a crash.
      owner: isPostgres(knex) ? randomUUID() : 'only',
      carriers: {
        event: row => bus.publish(row.topic as Topic, row.message as StoaEvent),
        audit: row => appendAudit(knex, row.id, row.message as AuditMessage),
        feed: async row => {
          await feedStore.append(row.id, row.message as FeedInput);
          feed.notify();
        },
      },
    });
    unitOfWork.onCommit(() => relay.poke());

    const router = createRouter({
      contract: await loadContract(),
      principals: options.principals,
      policy,
      idempotency,
      logger,
      personRate: {
        perMinute: options.requestsPerMinute,
        burst: options.requestsPerMinute,
      },
      onPrincipal: principal => people.meet(principal),
      onDenied,
      routes: {
        ...meRoutes({ tenants, people, policy }),
        ...tenantRoutes(tenants),
        ...planRoutes({
          service: new PlanService({
            unitOfWork,
            store: plans,
            tenants,
            apis: apiService,
          }),
          plans,
          tenants,
          apis,
          policy,
        }),
        ...apiRoutes({
          service: apiService,
          apis,
          tenants,
          deployments,
          policy,
        }),
        ...portalRoutes({
          portal: new PortalStore(knex),
          apis,
          plans,
          service: apiService,
        }),
        ...applicationRoutes(applications),
        ...subscriptionRoutes({
          service: subscriptions,
          store: subscriptionStore,
          mcpSubscriptions: mcpSubscriptionStore,
          apis,
          tenants,
          applications,
          policy,
          onDenied,
        }),
        ...deploymentRoutes({
          service: deployments,
          store: deploymentStore,
          runtime: new RuntimeStore(knex),
          reports: new ExecutorReports({ unitOfWork, store: deploymentStore }),
          policy,
        }),
        ...toolSetRoutes({ service: toolSets, servers, tenants, policy }),
        ...mcpServerRoutes({
          servers,
          subscriptions: mcpSubscriptionStore,
          plans,
          policy,
        }),
        ...mcpSubscriptionRoutes({
          service: mcpSubscriptions,
          store: mcpSubscriptionStore,
          servers,
          tenants,
          policy,
          onDenied,
        }),
        ...snapshotRoutes({ snapshots, tenants }),
        ...usageRoutes({ usage, tenants }),
        ...auditRoutes(new AuditStore(knex)),
        ...webhooks.routes,
        ...gatewayRoutes({
          feed,
          lookup: new GatewayLookup({
            subscriptions: subscriptionStore,
            mcpSubscriptions: mcpSubscriptionStore,
          }),
          usage,
          snapshots,
        }),
      },
    });
    return new ControlPlane({
      router,
      relay,
      projector,
      feed,
      webhooks,
      sweep: async () => {
        await denials.flush();
        await idempotency.sweep();
        await feedStore.sweep();
        await sweepWrites(knex);
        await sweepExpiry(subscriptions.term);
        await sweepExpiry(mcpSubscriptions.term);
        await webhooks.sweep();
      },
      meetPeople: async () =>
        people.sync(await options.identityAdmin.listPeople()),
    });
  }

  /** Projects what Git holds, then begins to carry what is in the outbox. */
  async start(): Promise<void> {
    await this.#projector.catchUp();
    await this.#meetPeople();
    this.#relay.start();
    this.#webhooks.worker.start();
  }

  /** Periodic work: denials into the audit, old rows away. */
  async sweep(): Promise<void> {
    await this.#sweep();
  }

  async stop(): Promise<void> {
    this.#feed.close();
    await this.#relay.stop();
    await this.#webhooks.worker.stop();
  }
}
