import { RootConfigService } from '@backstage/backend-plugin-api';
import {
  DiallerService,
  EventBus,
  GitOpsRepository,
  IdentityAdmin,
  isProduction,
  PolicyEngine,
  policyInput,
  readIssuers,
  SecretStore,
} from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { isPostgres } from '../database/values';
import { readNotificationSettings } from '../notifications/settings';
import { Finding, Port } from './ports';

/** What the ports are made of. */
export interface PortSources {
  readonly config: RootConfigService;
  readonly knex: Knex;
  readonly repository: GitOpsRepository;
  readonly bus: EventBus;
  readonly policy: PolicyEngine;
  readonly secrets: SecretStore;
  readonly identityAdmin: IdentityAdmin;
  /** Throws unless mail can be handed over; absent where none is configured. */
  readonly checkMail?: () => Promise<void>;
  readonly dialler: DiallerService;
  /** How many gateways follow the feed. */
  readonly gateways: () => number;
}

/** Messages that have waited this long are not on their way. */
const STUCK_MS = 60_000;

/** Every way out of the control plane: what is configured, how to ask whether it works, what to set. */
export function describePorts(sources: PortSources): readonly Port[] {
  return [
    databasePort(sources),
    gitPort(sources),
    eventsPort(sources),
    policyPort(sources),
    identityPort(sources),
    secretsPort(sources),
    mailPort(sources),
    slackPort(sources),
    gatewayPort(sources),
  ];
}

function databasePort({ knex, config }: PortSources): Port {
  const postgres = isPostgres(knex);
  return {
    name: 'database',
    adapter: postgres ? 'postgresql' : 'sqlite',
    configured: true,
    probe: async () => void (await knex.raw('select 1')),
    failure: {
      message: 'The database does not answer.',
      key: 'backend.database.connection',
      fix: 'Start the database, and check the address and credentials that DATABASE_URL gives.',
    },
    findings: inProduction(config, !postgres, {
      message: 'SQLite has one process and one disk.',
      key: 'backend.database.client',
      fix: 'Set it to pg, with the connection in DATABASE_URL.',
    }),
  };
}

function gitPort({ repository }: PortSources): Port {
  return {
    name: 'git',
    adapter: 'embedded',
    configured: true,
    probe: async () => {
      if ((await repository.head()) === undefined)
        throw new Error('the repository is empty');
    },
    failure: {
      message: 'The Git repository cannot be read, or holds no commit.',
      key: 'stoa.gitops.embedded.branch',
      fix: 'Check that stoa-gitops.git in the data directory (stoa.dataDir) is readable and has this branch.',
    },
  };
}

function eventsPort({ knex, bus }: PortSources): Port {
  const broker = bus.kind === 'kafka';
  return {
    name: 'events',
    adapter: bus.kind,
    configured: true,
    probe: async () => {
      await bus.check();
      const dead = await knex('outbox').where({ state: 'dead' }).first('id');
      const late = await knex('outbox')
        .where({ state: 'pending' })
        .where('created_at', '<', new Date(Date.now() - STUCK_MS).toISOString())
        .first('id');
      if (dead) throw new Error('messages were given up');
      if (late) throw new Error('messages wait');
    },
    failure: {
      message: 'Events are not carried, or were given up.',
      key: broker ? 'stoa.kafka.brokers' : 'backend.database.connection',
      fix: broker
        ? 'Check that the brokers are reachable, then look at last_error in the table outbox.'
        : 'Look at last_error in the table outbox: a consumer fails.',
    },
  };
}

function policyPort({ policy, config }: PortSources): Port {
  return {
    name: 'policy',
    adapter: config.has('stoa.policy.server') ? 'opa' : 'wasm',
    configured: true,
    probe: async () => {
      const nobody = {
        subject: 'system:doctor',
        kind: 'user' as const,
        platformAdmin: false,
        grants: {},
        scopes: [],
      };
      const decision = await policy.decide(
        policyInput(nobody, 'stoa.platform.read', {}),
      );
      // Whoever has no right must be refused, and for that reason.
      if (decision.allow || decision.rule !== 'role')
        throw new Error(`decided "${decision.rule}"`);
    },
    failure: {
      message: 'The policy does not decide as it should.',
      key: 'stoa.policy.bundle',
      fix: 'Point it at the folder of the compiled policy, or build that anew with "yarn policies:build".',
    },
  };
}

function identityPort({ config, identityAdmin }: PortSources): Port {
  const issuers = readIssuers(config);
  const embedded = issuers.some(issuer => issuer.embedded);
  return {
    name: 'identity',
    adapter: embedded ? 'embedded' : 'oidc',
    configured: issuers.length > 0,
    probe: async () => {
      if (embedded) await identityAdmin.listPeople();
      for (const { issuer } of issuers.filter(i => !i.embedded))
        await discover(issuer);
    },
    failure: {
      message: 'An identity provider does not answer.',
      key: 'stoa.issuers',
      fix: 'Check the address of each issuer: its /.well-known/openid-configuration must be reachable from here.',
    },
    findings:
      issuers.length === 0
        ? [
            {
              severity: 'error',
              message: 'Nobody can sign in: no issuer is configured.',
              key: 'stoa.issuers',
              fix: 'List your identity provider, with its address and audiences.',
            },
          ]
        : [],
  };
}

/** The operator wrote the address; it is no stranger's. */
async function discover(issuer: string): Promise<void> {
  const answer = await fetch(
    `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    { redirect: 'error', signal: AbortSignal.timeout(STUCK_MS / 20) },
  );
  const { issuer: found } = (await answer.json()) as { issuer?: unknown };
  if (found !== issuer) throw new Error('it calls itself something else');
}

function secretsPort({ secrets, config }: PortSources): Port {
  const beside =
    secrets.kind === 'encrypted-file' &&
    !config.has('stoa.secrets.encryptedFile.key');
  return {
    name: 'secrets',
    adapter: secrets.kind,
    configured: true,
    probe: () => secrets.check(),
    failure: {
      message: 'Secrets cannot be read.',
      key: 'stoa.secrets.store',
      fix: 'Check that the store is reachable and that its key or token is the one it was set up with.',
    },
    findings: beside
      ? [
          {
            severity: isProduction(config) ? 'error' : 'info',
            message: 'The key of the secrets lies beside them.',
            key: 'stoa.secrets.encryptedFile.key',
            fix: 'Give a key of 64 hexadecimal digits from elsewhere, or use another store.',
          },
        ]
      : [],
  };
}

function mailPort({ checkMail }: PortSources): Port {
  return {
    name: 'mail',
    adapter: checkMail ? 'smtp' : 'none',
    configured: checkMail !== undefined,
    probe: checkMail,
    failure: {
      message: 'The mail server does not take our mail.',
      key: 'stoa.notifications.email.smtp',
      fix: 'Check host, port, secure, user and password.',
    },
    findings: checkMail
      ? []
      : [
          {
            severity: 'info',
            message: 'People are told in the web interface only.',
            key: 'stoa.notifications.email.smtp',
            fix: 'Set host and port of your mail server, and stoa.notifications.email.from, to send e-mail as well.',
          },
        ],
  };
}

function slackPort({ config, dialler }: PortSources): Port {
  const { slack } = readNotificationSettings(config);
  return {
    name: 'slack',
    adapter: slack.size > 0 ? 'incoming-webhook' : 'none',
    configured: slack.size > 0,
    probe: async () => {
      // Asking a webhook itself would post: that its host answers is what can be known.
      const asked = [...slack].map(([tenantId, url]) =>
        dialler.forTenant(tenantId).fetch(new URL('/', url).href, {
          method: 'HEAD',
          signal: AbortSignal.timeout(STUCK_MS / 20),
        }),
      );
      await Promise.all(asked);
    },
    failure: {
      message: 'Slack cannot be reached.',
      key: 'stoa.notifications.slack.tenants',
      fix: 'Check the address of each incoming webhook; an internal one needs an allowance under stoa.network.',
    },
  };
}

function gatewayPort({ gateways }: PortSources): Port {
  return {
    name: 'gateway',
    adapter: 'embedded',
    configured: true,
    probe: async () => {
      if (gateways() === 0) throw new Error('none follows the feed');
    },
    failure: {
      message: 'No gateway follows what is published.',
      key: 'stoa.controlPlane.url',
      fix: 'Start a gateway; one in a process of its own needs this address and its credentials.',
    },
  };
}

function inProduction(
  config: RootConfigService,
  applies: boolean,
  finding: Omit<Finding, 'severity'>,
): readonly Finding[] {
  return applies && isProduction(config)
    ? [{ severity: 'warning', ...finding }]
    : [];
}
