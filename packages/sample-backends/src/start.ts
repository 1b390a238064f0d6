import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { Express } from 'express';
import { createBilling } from './billing/billing';
import { createCrm } from './crm/crm';
import { createInventory } from './inventory/inventory';
import { ServiceOptions } from './service';
import { createWeather } from './weather/weather';

const SERVICES = {
  crm: createCrm,
  inventory: createInventory,
  billing: createBilling,
  weather: createWeather,
} as const satisfies Record<string, (options: ServiceOptions) => Express>;

export type ServiceName = keyof typeof SERVICES;
export const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

export interface RunningBackends {
  /** The port each service listens on. */
  readonly ports: Readonly<Record<ServiceName, number>>;
  close(): Promise<void>;
}

/**
 * Starts the services on 127.0.0.1, one port each (0: any free one), with fresh
 * data. Rejects when a port is taken, leaving nothing open.
 */
export async function startBackends(
  ports: Readonly<Record<ServiceName, number>>,
  options: ServiceOptions = { slowMilliseconds: 3_000 },
): Promise<RunningBackends> {
  const servers: Server[] = [];
  const close = async () => {
    await Promise.all(
      servers.map(server => {
        server.closeIdleConnections();
        return new Promise(done => server.close(done));
      }),
    );
  };
  const actual: Partial<Record<ServiceName, number>> = {};
  try {
    for (const name of SERVICE_NAMES) {
      const server = createServer(SERVICES[name](options));
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(ports[name], '127.0.0.1', resolve);
      });
      servers.push(server);
      actual[name] = (server.address() as AddressInfo).port;
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { ports: actual as Record<ServiceName, number>, close };
}
