import { LoggerService } from '@backstage/backend-plugin-api';
import { now } from '../database/values';
import { route, Routes } from '../http/route';
import { describePorts, PortSources } from './describePorts';
import { checkPorts, diagnose } from './ports';

/** What works, what does not, and what the operator should set. */
export function createPlatform(
  options: PortSources & { readonly logger: LoggerService },
): { readonly routes: Routes } {
  const ports = describePorts(options);
  const check = () =>
    checkPorts(ports, (port, error) =>
      options.logger.warn(`The port ${port} does not work`, error as Error),
    );
  return {
    routes: {
      ...route('getPlatformHealth', {
        resource: () => ({}),
        handler: async () => {
          const states = await check();
          return {
            body: {
              ...summary(states.some(({ status }) => status === 'failed')),
              ports: states,
            },
          };
        },
      }),
      ...route('getPlatformDoctor', {
        resource: () => ({}),
        handler: async () => {
          const states = await check();
          const findings = diagnose(ports, states);
          return {
            body: {
              ...summary(findings.some(({ severity }) => severity === 'error')),
              ports: states,
              findings,
            },
          };
        },
      }),
    },
  };
}

function summary(failed: boolean) {
  return {
    status: failed ? ('failed' as const) : ('ok' as const),
    checked_at: now(),
  };
}
