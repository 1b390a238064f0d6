import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { isIP } from 'node:net';
import { isProduction } from '../../identity/issuers';

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof MECHANISMS)[number];

/** What `stoa.kafka` says, see `config.d.ts`. */
export interface KafkaSettings {
  /** `host:port` */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Absent: the connection is in the clear. PEM. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly serverName?: string;
  };
  readonly sasl?: {
    readonly mechanism: SaslMechanism;
    readonly username: string;
    readonly password: string;
  };
  /** Before the names of topics and groups, for a cluster that is shared. */
  readonly prefix: string;
  /** Of topics that do not exist yet. */
  readonly topics: {
    readonly partitions: number;
    readonly replication: number;
    readonly retentionDays: number;
  };
  /** How often a handler may fail on an event until that goes to the dead letters. */
  readonly attempts: number;
}

/** Reads `stoa.kafka`; `undefined` where no broker is configured. */
export function readKafkaSettings(root: Config): KafkaSettings | undefined {
  const config = root.getOptionalConfig('stoa.kafka');
  if (!config) return undefined;
  const brokers = config.getStringArray('brokers');
  if (brokers.length === 0 || !brokers.every(b => /^[^\s:/]+:\d+$/.test(b)))
    throw new InputError('stoa.kafka.brokers must be a list of host:port');
  const settings: KafkaSettings = {
    brokers,
    clientId: config.getOptionalString('clientId') ?? 'stoa',
    tls: readTls(config),
    sasl: readSasl(config.getOptionalConfig('sasl')),
    prefix: config.getOptionalString('prefix') ?? '',
    topics: {
      partitions: count(config, 'topics.partitions', 3),
      replication: count(config, 'topics.replication', 2),
      retentionDays: count(config, 'topics.retentionDays', 7),
    },
    attempts: count(config, 'attempts', 8),
  };
  const exposed = !settings.tls && !brokers.every(isLoopback);
  if (exposed && (settings.sasl || isProduction(root))) {
    throw new InputError(
      'stoa.kafka.tls must be set: without it, passwords and events cross the network in the clear',
    );
  }
  return settings;
}

function readTls(config: Config): KafkaSettings['tls'] {
  const value = config.getOptional('tls');
  if (value === undefined || value === false) return undefined;
  if (value === true) return {};
  const tls = config.getConfig('tls');
  return {
    ca: tls.getOptionalString('ca'),
    cert: tls.getOptionalString('cert'),
    key: tls.getOptionalString('key'),
    serverName: tls.getOptionalString('serverName'),
  };
}

function readSasl(config: Config | undefined): KafkaSettings['sasl'] {
  if (!config) return undefined;
  const mechanism = config.getString('mechanism').toLowerCase();
  const known = MECHANISMS.find(name => name === mechanism);
  if (!known) {
    throw new InputError(
      `stoa.kafka.sasl.mechanism must be one of ${MECHANISMS.join(', ')}`,
    );
  }
  return {
    mechanism: known,
    username: config.getString('username'),
    password: config.getString('password'),
  };
}

function count(config: Config, key: string, otherwise: number): number {
  const value = config.getOptionalNumber(key) ?? otherwise;
  if (!Number.isInteger(value) || value < 1)
    throw new InputError(`stoa.kafka.${key} must be a number from 1`);
  return value;
}

function isLoopback(broker: string): boolean {
  const host = broker.slice(0, broker.lastIndexOf(':'));
  return host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.'));
}
