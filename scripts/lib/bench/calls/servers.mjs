import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startSidecar } from '../../test/sidecar.mjs';
import { until } from '../client.mjs';
import { findChild } from '../cpu.mjs';
import { TOOL } from './platform.mjs';
import { toolCall } from './requests.mjs';
import { ITEM_PATH } from './tool.mjs';

/**
 * A server that is measured: the process that serves, how to wait until it has
 * nothing left to do for the calls it has answered, and the ways of calling it.
 *
 * @typedef {{pid: number, settled?: () => Promise<void>, isMetered?: boolean, ways: Record<string, () => Promise<object> | object>}} Served
 */

/** @returns {Promise<Record<string, Served>>} the service itself, and what the gateways are compared with */
export async function references({ program, service, backendUrl }) {
  const served = async (name, ways) => {
    const server = program(name, backendUrl);
    const url = `${await server.origin()}/mcp`;
    return { pid: server.pid, ways: ways(url) };
  };
  return {
    'the service itself': {
      pid: service.pid,
      ways: {
        direct: () => ({
          url: backendUrl + ITEM_PATH,
          method: 'GET',
          headers: { accept: 'application/json' },
        }),
      },
    },
    'bare proxy': await served('bareProxy', url => ({
      proxied: () => toolCall('modern', { url }),
    })),
    'SDK 1.x server': await served('sdk1', url => ({
      legacy: () => toolCall('legacy', { url }),
    })),
    'SDK 2.x server': await served('sdk2', url => ({
      modern: () => toolCall('modern', { url }),
    })),
  };
}

/** @returns {Promise<{sidecar: Served, portal: Served, stop: () => Promise<void>}>} the gateways beside and inside the portal */
export async function gateways(instance, tool, env) {
  const { dataDir } = instance;
  const sidecar = await startSidecar(dataDir, { env });
  return {
    sidecar: gateway(
      sidecar.url,
      findChild(sidecar.pid, 'src/gateway.ts'),
      join(dataDir, `gateway-${sidecar.port}`),
      tool,
    ),
    portal: gateway(
      instance.url,
      findChild(instance.pid, 'src/index.ts'),
      dataDir,
      tool,
    ),
    stop: sidecar.stop,
  };
}

function gateway(base, pid, home, tool) {
  const spool = join(home, 'spool', 'mcp-gateway');
  const url = `${base}/mcp`;
  const byToken = async era =>
    toolCall(era, {
      url,
      name: TOOL,
      credential: await tool.tokenFor(base),
    });
  return {
    pid,
    isMetered: true,
    /** All that was metered has been taken by the control plane. */
    settled: () => until('metering', () => readdirSync(spool).length === 0),
    ways: {
      'token, 2026-07-28': () => byToken('modern'),
      'token, 2025-11-25': () => byToken('legacy'),
      'key, 2026-07-28': () =>
        toolCall('modern', { url, name: TOOL, credential: tool.key }),
    },
  };
}
