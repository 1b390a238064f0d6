import {
  AuthService,
  DatabaseService,
  LoggerService,
  resolvePackagePath,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { CatalogService } from '@backstage/plugin-catalog-node';
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
import { Router } from 'express';
import { createApiPolicies } from './api-policies';
import { createApis } from './apis';
import { ApiStore } from './apis/ApiStore';
import { ApplicationService } from './applications/ApplicationService';
import { ApplicationStore } from './applications/ApplicationStore';
import { applicationRoutes } from './applications/routes';
import { createAlerts } from './alerts';
import { createAudit } from './audit';
import { DenialCounter } from './audit/DenialCounter';
import { compileDefinition } from './definitions';
import { UnitOfWork } from './database/UnitOfWork';
import { ApiDescriptions } from './deployments/ApiDescriptions';
import { DeploymentRunner } from './deployments/DeploymentRunner';
import { DeploymentService } from './deployments/DeploymentService';
import { DeploymentStore, Executor } from './deployments/DeploymentStore';
import { EmbeddedGateway } from './deployments/EmbeddedGateway';
import { deployFromGit } from './deployments/deployFromGit';
import { ExecutorReports } from './deployments/ExecutorReports';
import { deploymentRoutes } from './deployments/routes';
import { RuntimeStore } from './deployments/RuntimeStore';
import { createErasure } from './erasure';
import { FeedStore } from './feed/FeedStore';
import { FeedStream } from './feed/FeedStream';
import { createSnapshot } from './feed/snapshot';
import { GatewayLookup } from './gateways/lookup';
import { gatewayRoutes } from './gateways/routes';
import { loadContract } from './http/contract';
import { IdempotencyStore } from './http/idempotency';
import { OnDenied } from './http/refusal';
import { createRouter } from './http/router';
import { laterRoutes } from './later/routes';
import { subscribeLiveUpdates } from './live/LiveUpdates';
import { createMcp } from './mcp-servers';
import { McpServerStore } from './mcp-servers/McpServerStore';
import { createMembers } from './members';
import { meRoutes } from './me/routes';
import { createNotifications, Notifications } from './notifications';
import { createOutbox, Outbox } from './outbox';
import { PeopleStore } from './people/PeopleStore';
import { PlanService } from './plans/PlanService';
import { PlanStore } from './plans/PlanStore';
import { planRoutes } from './plans/routes';
import { createPlatform } from './platform';
import { createPortal } from './portal';
import { GitWriter } from './projector/GitWriter';
import { Projector } from './projector/Projector';
import { TreeProjection } from './projector/TreeProjection';
import { sweepWrites } from './projector/writes';
import { createServiceAccounts } from './service-accounts';
import { createSnapshots } from './snapshots';
import { subscriptionRoutes } from './subscriptions/routes';
import { sweepExpiry } from './subscriptions/ExpirySweep';
import { CallerLookup } from './subscriptions/CallerLookup';
import { KeyLookup } from './subscriptions/KeyLookup';
import { SubscriptionService } from './subscriptions/SubscriptionService';
import { SubscriptionStore } from './subscriptions/SubscriptionStore';
import { createTenants, Tenants } from './tenants';
import { revocable } from './tenants/TenantLife';
import { TenantStore } from './tenants/TenantStore';
import { createTraces } from './traces';
import { createUsage } from './usage';
import { RollupStore } from './usage/RollupStore';
import { createWebhooks, Webhooks } from './webhooks';

export interface ControlPlaneOptions {
  readonly config: RootConfigService;
  readonly database: DatabaseService;
  readonly logger: LoggerService;
  readonly repository: GitOpsRepository;
  readonly bus: EventBus;
  readonly policy: PolicyEngine;
  readonly principals: PrincipalService;
  readonly identityAdmin: IdentityAdmin;
  readonly dialler: DiallerService;
  readonly secrets: SecretStore;
  readonly signals: SignalsService;
  readonly notifications: NotificationService;
  readonly catalog: CatalogService;
  readonly auth: AuthService;
  /** How often one person may ask; as many again may come at once. */
  readonly requestsPerMinute: number;
  readonly executor: Executor;
  /** Where the platform is reached, without a slash at the end. */
  readonly baseUrl: string;
}

/** The control plane: its stores and services put together, what runs beside them, and its router. */
export class ControlPlane {
  readonly router: Router;
  readonly #outbox: Outbox;
  readonly #projector: Projector;
  readonly #feed: FeedStream;
  readonly #webhooks: Webhooks;
  readonly #notifications: Notifications;
  readonly #tenants: Tenants;
  readonly #usage: RollupStore;
  readonly #sweep: () => Promise<void>;
  readonly #meetPeople: () => Promise<void>;

  private constructor(parts: {
    router: Router;
    outbox: Outbox;
    projector: Projector;
    feed: FeedStream;
    webhooks: Webhooks;
    notifications: Notifications;
    tenants: Tenants;
    usage: RollupStore;
    sweep: () => Promise<void>;
    meetPeople: () => Promise<void>;
  }) {
    this.router = parts.router;
    this.#outbox = parts.outbox;
    this.#projector = parts.projector;
    this.#feed = parts.feed;
    this.#webhooks = parts.webhooks;
    this.#notifications = parts.notifications;
    this.#tenants = parts.tenants;
    this.#usage = parts.usage;
    this.#sweep = parts.sweep;
    this.#meetPeople = parts.meetPeople;
  }

  static async create(options: ControlPlaneOptions): Promise<ControlPlane> {
    const { logger, repository, policy, baseUrl } = options;
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
    const usage = createUsage({ ...options, unitOfWork, tenants });
    const feedStore = new FeedStore(knex);
    const servers = new McpServerStore(knex);
    const snapshots = createSnapshots({ unitOfWork, tenants });
    const feed = new FeedStream(
      feedStore,
      createSnapshot({ knex, apis, servers, baseUrl }),
    );
    const outbox = createOutbox({ ...options, unitOfWork, feedStore, feed });
    const bus = outbox.inbox;
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
    const descriptions = new ApiDescriptions({
      store: deploymentStore,
      repository,
    });
    const gateway = new EmbeddedGateway({
      unitOfWork,
      dialler: id => options.dialler.forTenant(id),
      descriptions,
    });
    const runner = new DeploymentRunner({
      store: deploymentStore,
      unitOfWork,
      repository,
      gateway,
      logger,
    });
    const applications = new ApplicationService({
      unitOfWork,
      store: new ApplicationStore(knex),
      identityAdmin: options.identityAdmin,
    });
    const subscriptionStore = new SubscriptionStore(knex);
    const subscriptions = new SubscriptionService({
      unitOfWork,
      store: subscriptionStore,
      apis,
      applications,
      plans,
    });
    const keys = new KeyLookup(knex);
    const serviceAccounts = createServiceAccounts({
      ...options,
      unitOfWork,
      tenants,
    });
    const idempotency = new IdempotencyStore(knex);
    const denials = new DenialCounter(unitOfWork);
    const onDenied: OnDenied = (actor, action, resource, rule) =>
      denials.record(actor, action, resource, rule);
    const mcp = createMcp({
      ...options,
      unitOfWork,
      writer,
      servers,
      apis,
      tenants,
      plans,
      onDenied,
    });

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
    });
    const notifications = createNotifications({ ...options, knex, bus });

    const revocables = [
      revocable('subscriptions', subscriptions.life),
      revocable('mcp_subscriptions', mcp.subscriptions.life),
    ];
    const organisations = createTenants({
      ...options,
      unitOfWork,
      tenants,
      writer,
      revocables,
    });
    const erasure = createErasure({
      ...options,
      unitOfWork,
      people,
      revocables,
    });
    const published = createApis({
      ...options,
      unitOfWork,
      writer,
      apis,
      tenants,
      deployments,
      gateway,
      revocables,
    });
    const webhooks = createWebhooks({
      unitOfWork,
      tenants,
      bus,
      secrets: options.secrets,
      dialler: options.dialler,
      logger,
    });

    const alerts = createAlerts({ ...options, unitOfWork, tenants, apis });

    const router = createRouter({
      contract: await loadContract(),
      principals: {
        authenticate: async request =>
          serviceAccounts.withAliases(
            await options.principals.authenticate(request),
          ),
      },
      policy,
      idempotency,
      logger,
      personRate: {
        perMinute: options.requestsPerMinute,
        burst: options.requestsPerMinute,
      },
      onPrincipal: (principal, language) => people.meet(principal, language),
      onDenied,
      routes: {
        ...meRoutes({ tenants, people, policy }),
        ...organisations.routes,
        ...planRoutes({
          service: new PlanService({
            unitOfWork,
            store: plans,
            tenants,
            apis: published.service,
          }),
          plans,
          tenants,
          apis,
          policy,
        }),
        ...createApiPolicies({ knex, writer }).routes,
        ...published.routes,
        ...createPortal({ ...published, knex, apis, plans }).routes,
        ...applicationRoutes(applications, tenants),
        ...subscriptionRoutes({
          service: subscriptions,
          store: subscriptionStore,
          keys,
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
        ...mcp.routes,
        ...snapshots.routes,
        ...usage.routes,
        ...createAudit({ knex, tenants }).routes,
        ...createTraces({ knex, tenants }).routes,
        ...createMembers({ ...options, unitOfWork, people, tenants }).routes,
        ...serviceAccounts.routes,
        ...erasure.routes,
        ...alerts.routes,
        ...createPlatform({
          ...options,
          knex,
          checkMail: notifications.checkMail,
          gateways: () => feed.gateways,
        }).routes,
        ...laterRoutes,
        ...webhooks.routes,
        ...gatewayRoutes({
          feed,
          lookup: new GatewayLookup({
            keys,
            callers: new CallerLookup(knex),
            mcpSubscriptions: mcp.subscriptions.deps.store,
          }),
          usage: usage.store,
          snapshots: snapshots.store,
          descriptions,
        }),
      },
    });
    return new ControlPlane({
      router,
      outbox,
      projector,
      feed,
      webhooks,
      notifications,
      tenants: organisations,
      usage: usage.store.rollups,
      sweep: async () => {
        await denials.flush();
        await idempotency.sweep();
        await feedStore.sweep();
        await bus.sweep();
        await sweepWrites(knex);
        await sweepExpiry(subscriptions.term);
        await mcp.sweep();
        await webhooks.sweep();
        await organisations.sweep();
        await erasure.sweep();
        await alerts.watch.run();
      },
      meetPeople: async () =>
        people.sync(await options.identityAdmin.listPeople()),
    });
  }

  /** Projects what Git holds, then begins to carry what is in the outbox. */
  async start(): Promise<void> {
    await this.#usage.begin();
    await this.#projector.catchUp();
    await this.#tenants.provisioner.start();
    await this.#meetPeople();
    await this.#outbox.start();
    this.#webhooks.worker.start();
    this.#notifications.worker.start();
  }

  /** Periodic work: denials into the audit, old rows away. */
  async sweep(): Promise<void> {
    await this.#sweep();
  }

  async stop(): Promise<void> {
    this.#feed.close();
    await this.#outbox.stop();
    await this.#webhooks.worker.stop();
    await this.#notifications.stop();
    await this.#tenants.provisioner.stop();
  }
}
