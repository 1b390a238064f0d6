import { parseArgs } from 'node:util';
import { SERVICE_NAMES, ServiceName, startBackends } from './start';

const DEFAULT_PORTS: Readonly<Record<ServiceName, number>> = {
  crm: 7011,
  inventory: 7012,
  billing: 7013,
  weather: 7014,
};

/** `--crm 7011` wins over `CRM_PORT=7011`, and that over the default. */
function readPorts(): Record<ServiceName, number> {
  const { values } = parseArgs({
    options: Object.fromEntries(
      SERVICE_NAMES.map(name => [name, { type: 'string' as const }]),
    ),
  });
  const ports = { ...DEFAULT_PORTS };
  for (const name of SERVICE_NAMES) {
    const given = values[name] ?? process.env[`${name.toUpperCase()}_PORT`];
    const port = Number(given ?? ports[name]);
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new Error(`--${name} must be a port number, got "${given}"`);
    }
    ports[name] = port;
  }
  return ports;
}

async function main(): Promise<void> {
  const backends = await startBackends(readPorts());
  // The one line that whoever started this process waits for.
  process.stdout.write(`${JSON.stringify({ ready: backends.ports })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => backends.close());
  }
}

main().catch(error => {
  process.stderr.write(`sample backends: ${error.message}\n`);
  process.exitCode = 1;
});
