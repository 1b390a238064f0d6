import pg from 'pg';
import { withInstance } from '../test/instance.mjs';
import { startPostgres } from '../test/postgres.mjs';
import { OTHER_CORE, pin } from './cpu.mjs';

const DATABASE = 'stoa';
const SCHEMA = 'control-plane';

/**
 * The whole platform on a throw-away PostgreSQL, as `withInstance`.
 *
 * @param {(instance: object, database: {url: string, query: (text: string, values?: unknown[]) => Promise<object[]>}) => Promise<T>} work
 *   `query` runs in the control plane's schema
 * @param {object} [options]
 * @param {string} [options.profile] folder for CPU profiles; the figures are worth nothing then
 */
export async function withPostgresInstance(name, work, { profile } = {}) {
  const postgres = await startPostgres();
  const url = `${postgres.url}/${DATABASE}`;
  try {
    // It forks a process for each connection, which stays where this one is.
    pin(postgres.pid, OTHER_CORE);
    await once(`${postgres.url}/postgres`, `CREATE DATABASE ${DATABASE}`);
    const env = {
      APP_CONFIG_backend_database_client: 'pg',
      APP_CONFIG_backend_database_connection: JSON.stringify(url),
      APP_CONFIG_backend_database_pluginDivisionMode: 'schema',
      // One person asks for all of it.
      APP_CONFIG_stoa_limits_requestsPerMinute: '100000000',
      ...(profile && {
        NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}`,
      }),
    };
    return await withInstance(
      name,
      async instance => {
        const pool = new pg.Pool({
          connectionString: url,
          options: `-c search_path=${SCHEMA}`,
        });
        const query = async (...args) => (await pool.query(...args)).rows;
        try {
          return await work(instance, { url, query });
        } finally {
          await pool.end();
        }
      },
      { env },
    );
  } finally {
    await postgres.stop();
  }
}

async function once(connectionString, text) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/**
 * Copies one row of a table so many times, in one statement; `varied` has SQL for the
 * columns that differ, in which `i` is the number of the copy, from 1.
 */
export async function copyRow({ query }, table, id, count, varied) {
  const columns = await query(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position`,
    [SCHEMA, table],
  );
  const names = columns.map(({ name }) => name);
  await query(
    `INSERT INTO ${table} (${names.map(name => `"${name}"`)})
     SELECT ${names.map(name => varied[name] ?? `t."${name}"`)}
     FROM generate_series(1, ${Number(count)}) i
     CROSS JOIN (SELECT * FROM ${table} WHERE id = $1) t`,
    [id],
  );
  await query(`VACUUM ANALYZE ${table}`);
}

/** SQL of an id for copy `i`, and the same in JavaScript. */
export const ID_SQL = `('0199a1de-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid`;
export const idOf = i =>
  `0199a1de-0000-7000-8000-${String(i).padStart(12, '0')}`;
