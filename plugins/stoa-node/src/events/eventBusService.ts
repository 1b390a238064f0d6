import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { EventBus } from './EventBus';
import { InProcessEventBus } from './InProcessEventBus';
import { KafkaEventBus } from './kafka/KafkaEventBus';
import { readKafkaSettings } from './kafka/settings';

/** Kafka where `stoa.kafka` names its brokers, else the bus in the process. */
export function createEventBus(
  config: Config,
  logger: LoggerService,
): EventBus {
  const settings = readKafkaSettings(config);
  return settings
    ? new KafkaEventBus(settings, logger)
    : new InProcessEventBus();
}

/** The event bus of the process. Who subscribes starts and stops it. */
export const eventBusServiceRef = createServiceRef<EventBus>({
  id: 'stoa.event-bus',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.rootLogger,
      },
      factory: ({ config, logger }) => createEventBus(config, logger),
    }),
});
