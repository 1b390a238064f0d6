import { LoggerService } from '@backstage/backend-plugin-api';
import { Kafka, KafkaConfig, logLevel, LogEntry, SASLOptions } from 'kafkajs';
import { KafkaSettings } from './settings';

/** A producer that failed is given up and events that come twice are left out, so few retries do. */
const EXPECTED = /^Limiting retries for the idempotent producer/;

/** Kafka's client of this process, which logs through our own logger. */
export function createClient(
  settings: KafkaSettings,
  logger: LoggerService,
): Kafka {
  const { brokers, clientId, tls, sasl } = settings;
  return new Kafka({
    clientId,
    brokers: [...brokers],
    ...(tls && {
      ssl: {
        ca: tls.ca,
        cert: tls.cert,
        key: tls.key,
        servername: tls.serverName,
      },
    }),
    ...(sasl && { sasl: { ...sasl } as SASLOptions }),
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    // What is away for longer is asked for again by whoever needs it.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
    logLevel: logLevel.WARN,
    logCreator: logTo(logger),
  });
}

/**
 * What Kafka's client calls an error is mostly a broker that is away, which it
 * recovers from; where it does not, whoever asked is told.
 */
function logTo(logger: LoggerService): KafkaConfig['logCreator'] {
  return () =>
    ({ namespace, level, log }: LogEntry) => {
      if (EXPECTED.test(log.message)) return;
      const reason = typeof log.error === 'string' ? `: ${log.error}` : '';
      const line = `Kafka ${namespace}: ${log.message}${reason}`;
      if (level === logLevel.ERROR) logger.warn(line);
      else logger.debug(line);
    };
}
