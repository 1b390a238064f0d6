import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Refusal } from './refusal.mjs';

/** Where an installation keeps its state unless somebody says otherwise: `data/` in the repository. */
const DEFAULT_DATA_DIR = fileURLToPath(
  new URL('../../../data', import.meta.url),
);

/** Options that every command about a running installation shares. */
const COMMON = {
  'data-dir': { type: 'string' },
  port: { type: 'string' },
};

/**
 * Reads the command line; a wrong one is refused with one line. `dataDir` comes
 * from `--data-dir`, else `STOA_DATA_DIR`, else `data/` in the repository.
 *
 * @returns {{values: object, positionals: string[], dataDir: string, port?: number}}
 */
export function readArgs(options = {}, { positionals = false, args } = {}) {
  const parsed = parse({
    args,
    options: { ...COMMON, ...options },
    allowPositionals: positionals,
  });
  const { 'data-dir': given = process.env.STOA_DATA_DIR, port } = parsed.values;
  return {
    ...parsed,
    dataDir: given ? fromCaller(given) : DEFAULT_DATA_DIR,
    port: port === undefined ? undefined : parsePort(port),
  };
}

function parse(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new Refusal(error.message.split('\n')[0]);
  }
}

function parsePort(value) {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Refusal(`--port takes a number from 1 to 65535, not "${value}"`);
  }
  return port;
}

/** `npm run` changes to the repository's root; paths are meant from where the person stands. */
function fromCaller(path) {
  return isAbsolute(path)
    ? path
    : resolve(process.env.INIT_CWD ?? process.cwd(), path);
}
