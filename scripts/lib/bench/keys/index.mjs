import { caller, client, gatewayToken } from '../client.mjs';
import { findChild } from '../cpu.mjs';
import { measure } from '../measure.mjs';
import { withPostgresInstance } from '../postgresInstance.mjs';
import { Program } from '../Program.mjs';
import { deadAfter } from './deadAfter.mjs';
import { fillSubscriptions, requestsOf } from './subscriptions.mjs';

const OURS = 'the control plane';
export const REFERENCE = 'express and one SELECT';
/** Keys that are asked about in turns. */
const ASKED = 20_000;

/**
 * Checks of API keys among many subscriptions on PostgreSQL, beside the same row read
 * by its key's hash in an express server that does nothing else; and how long a key
 * still works once its subscription was revoked.
 *
 * @param {object} options
 * @param {number} options.count of subscriptions
 * @param {string} [options.profile] see `withPostgresInstance`
 * @returns {Promise<{rows: object[], dead: Record<string, number>}>} see `measure` and `deadAfter`
 */
export async function keyFigures({ count, rounds, profile }) {
  const programs = [];
  const program = (file, ...args) => {
    programs.push(new Program(new URL(file, import.meta.url), ...args));
    return programs.at(-1);
  };
  try {
    return await withPostgresInstance(
      'bench-keys',
      async (instance, database) => {
        await fillSubscriptions(instance, database, count);
        const token = await gatewayToken(instance);
        const bare = program('programs/bareLookup.mjs', database.url);
        const ours = findChild(instance.pid, 'src/index.ts');
        const ways = [
          [
            OURS,
            ours,
            `${instance.url}/api/control-plane/v1/subscriptions/validate-key`,
          ],
          [REFERENCE, bare.pid, await bare.origin()],
        ].map(([server, pid, url]) => ({
          server,
          way: 'by key',
          pid,
          requests: async () => requestsOf({ url, token, count, asked: ASKED }),
        }));
        const load = program('../programs/load.mjs');
        const { rows } = await measure(ways, { load, rounds });
        const dead = await deadAfter(instance, {
          admin: await client(instance, 'acme-admin'),
          gateway: caller(instance, token),
        });
        return { rows, dead };
      },
      { profile },
    );
  } finally {
    for (const each of programs) each.stop();
  }
}
