import { join } from 'node:path';
import { freePort, isFree } from './ports.mjs';
import { readJson, writePrivate } from '../../packages/cli/src/privateFile.mjs';

/** The sample services, in the order of their ports. */
const SERVICES = ['crm', 'inventory', 'billing', 'weather'];

/**
 * Ports of the sample services. They are settled at the first start, from
 * `first` upwards where free, and kept: the demo's API manifests name them.
 *
 * @returns {Promise<Record<string, number>>} port by service
 */
export async function sampleBackends(dataDir, first) {
  const file = join(dataDir, 'demo.json');
  const known = readJson(file);
  if (known) return known.backends;
  const backends = {};
  for (const [index, service] of SERVICES.entries()) {
    const wanted = first + index;
    const usable = wanted <= 65535 && (await isFree(wanted));
    backends[service] = usable ? wanted : await freePort();
  }
  writePrivate(file, `${JSON.stringify({ backends }, undefined, 2)}\n`);
  return backends;
}
