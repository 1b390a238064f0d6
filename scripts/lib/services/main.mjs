import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  readJson,
  writePrivate,
} from '../../../packages/cli/src/privateFile.mjs';
import { Refusal } from '../../../packages/cli/src/refusal.mjs';
import { isAlive } from '../../../packages/cli/src/runFile.mjs';
import { servicesCache } from './cache.mjs';
import { installKafka, startKafka } from './kafka.mjs';

const SERVICES = { kafka: { install: installKafka, start: startKafka } };

const COMMANDS = {
  install: ({ name }) => SERVICES[name].install().then(say),
  run,
  up,
  down,
  status,
};

const USAGE = `services install|run|up|down|status ${Object.keys(SERVICES).join(
  '|',
)} [--port N] [--data-dir DIR] [--sasl USER:PASSWORD] [--tls] [-- COMMAND …]`;

/** The command `services`: fetches, starts and stops a real server. */
export async function services() {
  const { values, positionals } = readArgs();
  const [command, name = 'kafka', ...rest] = positionals;
  if (!Object.hasOwn(COMMANDS, command ?? '') || !SERVICES[name]) {
    throw new Refusal(USAGE);
  }
  const [username, password] = values.sasl?.split(':') ?? [];
  return COMMANDS[command]({
    name,
    rest,
    options: {
      dataDir: values['data-dir'],
      port: values.port && Number(values.port),
      sasl: username && { username, password },
      tls: values.tls,
    },
  });
}

function readArgs() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        sasl: { type: 'string' },
        tls: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new Refusal(error.message.split('\n')[0]);
  }
}

/**
 * Stays in the foreground: says where the server is as a line of JSON, runs the
 * command if there is one (with `STOA_KAFKA` and the like in its environment), and
 * stops the server when that ends, and at SIGINT and SIGTERM; without a command, also
 * when whoever holds the other end of its standard input is gone. A server that ends by itself ends it too.
 */
async function run({ name, rest, options }) {
  const made = options.dataDir ?? mkdtempSync(join(tmpdir(), `stoa-${name}-`));
  try {
    const server = await SERVICES[name].start({ ...options, dataDir: made });
    const asked = new Promise(resolve => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, resolve);
      if (rest.length > 0 || process.stdin.isTTY) return;
      if (!process.env.STOA_SERVICE_DETACHED)
        process.stdin.once('end', resolve).resume();
    });
    say(
      JSON.stringify({
        address: server.address,
        ...(server.ca && { ca: server.ca }),
        pid: server.pid,
        data_dir: made,
      }),
    );
    const done = rest.length > 0 ? child(rest, name, server) : asked;
    const code = await Promise.race([done, asked, server.exited]);
    await server.stop();
    return typeof code === 'number' ? code : 0;
  } finally {
    // Who gave it may hold it open.
    process.stdin.destroy();
    if (!options.dataDir) rmSync(made, { recursive: true, force: true });
  }
}

function child([command, ...args], name, { address }) {
  const env = { ...process.env, [`STOA_${name.toUpperCase()}`]: address };
  return new Promise((resolve, reject) => {
    spawn(command, args, { stdio: 'inherit', env })
      .once('error', reject)
      .once('close', code => resolve(code ?? 128));
  });
}

/** Leaves the server running behind until `down`. */
async function up({ name, options }) {
  if (alive(name)) throw new Refusal(`${name} runs already`);
  const args = [
    ...['run', name],
    ...['--data-dir', options.dataDir ?? join(servicesCache, `${name}-data`)],
    ...(options.port ? ['--port', String(options.port)] : []),
  ];
  const script = fileURLToPath(new URL('../../services.mjs', import.meta.url));
  const server = spawn(process.execPath, [script, ...args], {
    detached: true,
    // A terminal's end must not end it: its input is nobody's.
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, STOA_SERVICE_DETACHED: '1' },
  });
  const line = await new Promise(resolve => {
    server.stdout.once('data', data => resolve(data.toString().trim()));
    server.once('close', () => resolve(undefined));
  });
  if (!line) throw new Refusal(`${name} did not start`);
  writePrivate(
    stateFile(name),
    JSON.stringify({ ...JSON.parse(line), supervisor: server.pid }),
  );
  say(line);
  server.stdout.destroy();
  server.unref();
}

async function down({ name }) {
  const state = alive(name);
  if (!state) throw new Refusal(`${name} does not run`);
  process.kill(state.supervisor, 'SIGTERM');
  while (alive(name)) await new Promise(resolve => setTimeout(resolve, 50));
  rmSync(stateFile(name), { force: true });
}

function status({ name }) {
  say(alive(name) ? JSON.stringify(alive(name)) : `${name} does not run`);
}

/** What is known of a server that runs. */
function alive(name) {
  const state = readJson(stateFile(name));
  return state && isAlive(state.supervisor) ? state : undefined;
}

function stateFile(name) {
  return join(servicesCache, `${name}.json`);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
