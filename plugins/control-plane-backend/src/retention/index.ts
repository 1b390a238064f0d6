import {
  LoggerService,
  RootConfigService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { Retention } from './Retention';

/** Forgets what is old every hour, in one process of however many there are. */
export async function scheduleRetention(options: {
  readonly config: RootConfigService;
  readonly knex: Knex;
  readonly logger: LoggerService;
  readonly scheduler: SchedulerService;
}): Promise<void> {
  const retention = new Retention(options);
  await options.scheduler.scheduleTask({
    id: 'control-plane-retention',
    frequency: { hours: 1 },
    initialDelay: { minutes: 1 },
    timeout: { minutes: 30 },
    scope: 'global',
    fn: signal => retention.run(signal),
  });
}
