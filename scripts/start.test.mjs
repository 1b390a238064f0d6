import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkPlatform, checkSpace } from './lib/checks.mjs';
import { CookieJar } from '../packages/cli/src/cookies.mjs';
import { sampleBackends } from './lib/demo.mjs';
import { fits } from './lib/node.mjs';
import { root } from './lib/paths.mjs';
import { freePort } from './lib/ports.mjs';
import { Processes } from './lib/processes.mjs';
import { claim, isAlive } from '../packages/cli/src/runFile.mjs';
import { secretsOf } from './lib/secrets.mjs';

/** An empty directory for the test. */
function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'stoa-start-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What `npm start` says and answers when it refuses. */
function refusal(args, { node = [], env = {} } = {}) {
  const { status, stderr } = spawnSync(
    process.execPath,
    [...node, join(root, 'scripts/start.mjs'), ...args],
    { encoding: 'utf8', env: { ...process.env, ...env }, timeout: 60_000 },
  );
  assert.equal(status, 1);
  assert.equal(stderr.trim().split('\n').length, 1, stderr);
  return stderr;
}

test('start refuses a port that is in use', async t => {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address();
  const dataDir = folder(t);
  const said = refusal(['--port', String(port), '--data-dir', dataDir]);
  assert.match(said, new RegExp(`^stoa: port ${port} .*is in use`));
});

test('start refuses a data directory that it cannot use', t => {
  const file = join(folder(t), 'file');
  writeFileSync(file, '');
  assert.match(
    refusal(['--data-dir', join(file, 'below')]),
    /^stoa: the data directory .* cannot be read and written \(ENOTDIR\)/,
  );
});

test('start refuses a data directory that another one uses', async t => {
  const dataDir = folder(t);
  claim(dataDir, 4711);
  const port = String(await freePort());
  assert.match(
    refusal(['--port', port, '--data-dir', dataDir]),
    new RegExp(`is used by process ${process.pid} \\(port 4711\\)`),
  );
});

test('start refuses a machine without git', t => {
  assert.match(
    refusal(['--data-dir', folder(t)], { env: { PATH: '/nonexistent' } }),
    /^stoa: git was not found/,
  );
});

test('start refuses a Node that is too old, before it uses anything newer', () => {
  const old = `Object.defineProperty(process, 'versions', { value: { node: '16.20.2' } })`;
  assert.match(
    refusal([], { node: ['--import', `data:text/javascript,${old}`] }),
    /^stoa: Node 16\.20\.2 is too old/,
  );
});

test('start refuses options that it does not know, and bad ones', () => {
  assert.match(refusal(['--prot', '7107']), /--prot/);
  assert.match(refusal(['--port', 'http']), /--port takes a number/);
});

test('platforms, disks and versions are judged', t => {
  assert.throws(
    () => checkPlatform('win32', 'x64'),
    /win32-x64 is not supported/,
  );
  assert.doesNotThrow(() => checkPlatform('darwin', 'arm64'));
  const free = () => 1024 ** 3;
  const dataDir = folder(t);
  assert.doesNotThrow(() => checkSpace(dataDir, { installed: true, free }));
  assert.throws(
    () => checkSpace(dataDir, { installed: false, free }),
    /too little disk space .* 3\.0 GiB are needed, 1\.0 GiB are free/,
  );
  const versions = [
    '18.20.0',
    '20.20.2',
    '22.12.0',
    '22.13.0',
    '24.1.0',
    '25.0.0',
  ];
  assert.deepEqual(versions.filter(fits), ['22.13.0', '24.1.0']);
});

test('secrets are made once, for the owner alone', t => {
  const dataDir = folder(t);
  const secrets = secretsOf(dataDir);
  for (const secret of Object.values(secrets)) {
    assert.equal(Buffer.from(secret, 'base64').length, 32);
  }
  assert.equal(new Set(Object.values(secrets)).size, 3);
  assert.deepEqual(secretsOf(dataDir), secrets);
  const file = join(dataDir, 'secrets.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), secrets);
});

test('what a server writes is for the owner alone', async t => {
  const dataDir = folder(t);
  const file = join(dataDir, 'written');
  const write = `fs.writeFileSync(${JSON.stringify(file)}, '')`;
  const args = ['--eval', write];
  const { exited } = new Processes(dataDir).start(
    'server',
    process.execPath,
    args,
    {},
  );
  assert.equal(await exited, 0);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('servers end with the process that started them, however it ends', async t => {
  const dataDir = folder(t);
  // A server that speaks all the time: it must not stumble over who is gone.
  const server = `
    process.on('SIGTERM', () => process.exit());
    setInterval(() => process.stdout.write('I am here'), 1);`;
  const starter = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { Processes } from ${JSON.stringify(
      new URL('./lib/processes.mjs', import.meta.url).href,
    )};
     const { pid } = new Processes(${JSON.stringify(dataDir)}).start(
       'server', process.execPath, ['--eval', ${JSON.stringify(server)}], {});
     console.log(pid);`,
  ]);
  t.after(() => starter.kill('SIGKILL'));
  const pid = Number(await new Promise(r => starter.stdout.once('data', r)));
  const log = join(dataDir, 'logs', 'server.log');
  await until(() => readFileSync(log, 'utf8').includes('I am here'));
  starter.kill('SIGKILL');
  await until(() => !isAlive(pid));
});

async function until(condition) {
  for (let tries = 0; !condition(); tries += 1) {
    assert.ok(tries < 500, 'it never came true');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

test('ports of the sample services avoid what is taken, and are kept', async t => {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address();
  const dataDir = folder(t);
  const backends = await sampleBackends(dataDir, port);
  assert.deepEqual(Object.keys(backends), [
    'crm',
    'inventory',
    'billing',
    'weather',
  ]);
  assert.notEqual(backends.crm, port);
  assert.deepEqual(await sampleBackends(dataDir, 1), backends);
});

test('cookies are sent where they belong, until they are taken back', () => {
  const jar = new CookieJar();
  const keep = (...lines) =>
    jar.keep({ headers: { getSetCookie: () => lines } });
  keep('a=1; path=/x; httponly', 'b=2=3');
  assert.equal(jar.header('http://h/x/y'), 'a=1; b=2=3');
  assert.equal(jar.header('http://h/xy'), 'b=2=3');
  keep('a=; path=/x; expires=Thu, 01 Jan 1970 00:00:00 GMT');
  assert.equal(jar.header('http://h/x'), 'b=2=3');
});
