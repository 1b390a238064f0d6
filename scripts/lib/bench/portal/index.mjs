import { signIn } from '../client.mjs';
import { findChild } from '../cpu.mjs';
import { measure } from '../measure.mjs';
import { withPostgresInstance } from '../postgresInstance.mjs';
import { Program } from '../Program.mjs';
import { fill } from './fill.mjs';
import { pagesOf } from './pages.mjs';

const OURS = 'the control plane';
export const REFERENCE = 'express and one SELECT';

/**
 * Pages of the portal's catalogue and of subscriptions, walked from the first by
 * cursor, beside the same rows read by one SELECT in an express server that does
 * nothing else; on PostgreSQL.
 *
 * @param {object} options
 * @param {number} options.apis
 * @param {number} options.subscriptions
 * @param {string} [options.profile] see `withPostgresInstance`
 * @returns {Promise<{rows: object[]}>} see `measure`
 */
export async function portalFigures({ apis, subscriptions, rounds, profile }) {
  const programs = [];
  const program = (file, ...args) => {
    programs.push(new Program(new URL(file, import.meta.url), ...args));
    return programs.at(-1);
  };
  try {
    return await withPostgresInstance(
      'bench-portal',
      async (instance, db) => {
        await fill(instance, db, { apis, subscriptions });
        const bare = program('programs/bareList.mjs', db.url);
        const bareUrl = await bare.origin();
        const ours = findChild(instance.pid, 'src/index.ts');
        const tokens = Object.fromEntries(
          await Promise.all(
            ['consumer', 'acme-admin'].map(async account => [
              account,
              await signIn(instance, account, { scope: 'openid stoa:admin' }),
            ]),
          ),
        );
        const ways = [];
        for (const [way, pages] of Object.entries(
          await pagesOf({ instance, bareUrl, tokens }),
        )) {
          ways.push(
            { server: OURS, way, pid: ours, requests: async () => pages.ours },
            {
              server: REFERENCE,
              way,
              pid: bare.pid,
              requests: async () => pages.bare,
            },
          );
        }
        const load = program('../programs/load.mjs');
        return await measure(ways, { load, rounds });
      },
      { profile },
    );
  } finally {
    for (const each of programs) each.stop();
  }
}
