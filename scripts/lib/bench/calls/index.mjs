import { availableParallelism } from 'node:os';
import { Refusal } from '../../refusal.mjs';
import { withInstance } from '../../test/instance.mjs';
import { measure } from './measure.mjs';
import { prepareTool } from './platform.mjs';
import { Program } from './Program.mjs';
import { gateways, references } from './servers.mjs';

/**
 * Calls of a tool through the gateways, with everything on, beside the same request
 * made of the service directly, through a bare proxy, and through the official SDKs.
 * Starts and stops all of it.
 *
 * @param {object} options
 * @param {string} [options.profile] folder for CPU profiles of the gateways; the figures are worth nothing then
 * @returns {Promise<{rows: object[], sent: number, metered: number}>} see `measure`; calls sent to the gateways, and those that the control plane knows of
 */
export async function callFigures({ rounds, profile }) {
  if (process.platform !== 'linux' || availableParallelism() < 2) {
    throw new Refusal('calls are measured on Linux, with two cores');
  }
  const programs = [];
  const program = (...args) => {
    programs.push(new Program(...args));
    return programs.at(-1);
  };
  try {
    const service = program('service');
    const backendUrl = await service.origin();
    const beside = await references({ program, service, backendUrl });
    const load = program('load');
    const env = {
      ...allowing(backendUrl),
      ...(profile && {
        NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}`,
      }),
    };
    return await withInstance(
      'bench-gateway',
      async instance => {
        const tool = await prepareTool(instance, backendUrl);
        const { stop, ...ours } = await gateways(instance, tool, env);
        try {
          const servers = { ...beside, ...ours };
          return await measure(servers, { load, service, tool, rounds });
        } finally {
          await stop();
        }
      },
      { env },
    );
  } finally {
    for (const each of programs) each.stop();
  }
}

/** The service is on this machine, which nobody may call otherwise. */
function allowing(url) {
  const allow = [new URL(url).host];
  return { APP_CONFIG_stoa_network_allow: JSON.stringify(allow) };
}
