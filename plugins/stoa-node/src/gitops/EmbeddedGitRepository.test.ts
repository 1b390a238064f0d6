import childProcess, {
  ChildProcess,
  execFileSync,
  spawn,
} from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { EmbeddedGitRepository } from './EmbeddedGitRepository';
import { fastImportStream } from './fastImport';
import { startGit } from './git';
import { openEmbeddedRepository } from './gitOpsService';
import { gitOpsContract } from './gitopsContract';

const AUTHOR = { name: 'Ada', email: 'ada@acme.test' };
let folder: string;
let gitDir: string;
let opened: EmbeddedGitRepository[];

async function open(): Promise<EmbeddedGitRepository> {
  const repository = await EmbeddedGitRepository.open({ gitDir });
  opened.push(repository);
  return repository;
}

const git = (...args: string[]) =>
  execFileSync('git', [`--git-dir=${gitDir}`, ...args], { encoding: 'utf8' });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gitops-'));
  gitDir = join(folder, 'stoa-gitops.git');
  opened = [];
});

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(opened.map(repository => repository.close()));
  await rm(folder, { recursive: true, force: true });
});

describe('contract', () => {
  gitOpsContract(async () => ({
    repository: await open(),
    another: open,
    remote: gitDir,
    branch: 'main',
    async allowRewriting() {
      git('config', 'receive.denyNonFastForwards', 'false');
    },
  }));
});

it('is a plain bare repository that only its owner can read', async () => {
  const repository = await open();
  const { commit } = await repository.commit({
    changes: [{ path: 'a', content: '1' }],
    message: 'One',
    author: AUTHOR,
  });
  expect(git('fsck', '--strict')).toBe('');
  expect(git('show', '--no-patch', '--format=%H %an %cn', 'main').trim()).toBe(
    `${commit} Ada STOA`,
  );
  expect(git('for-each-ref', '--format=%(refname)').trim()).toBe(
    'refs/heads/main',
  );
  for (const name of await readdir(gitDir, { recursive: true })) {
    expect((await stat(join(gitDir, name))).mode & 0o077).toBe(0);
  }
});

it('runs no hook and reads no configuration of the machine', async () => {
  const repository = await open();
  const proof = join(folder, 'proof');
  await mkdir(join(gitDir, 'hooks'), { recursive: true });
  for (const name of ['reference-transaction', 'post-update', 'update']) {
    const hook = join(gitDir, 'hooks', name);
    await writeFile(hook, `#!/bin/sh\ntouch ${proof}\n`);
    await chmod(hook, 0o755);
  }
  await repository.commit({
    changes: [{ path: 'a', content: '1' }],
    message: 'One',
    author: AUTHOR,
  });
  expect(await readdir(folder)).not.toContain('proof');
});

it('survives a writer that is killed while it streams a commit', async () => {
  const repository = await open();
  await repository.seed(await seedFolder({ 'a/1': 'one' }));
  const before = (await repository.head())!;

  const child = startGit(gitDir, ['fast-import', '--quiet', '--done']);
  child.stdin.on('error', () => {});
  const [head, ...rest] = fastImportStream({
    ref: 'refs/stoa/pending/killed',
    parent: before,
    changes: [{ path: 'a/1', content: 'x'.repeat(1_000_000) }],
    message: 'Never',
    author: AUTHOR,
    committer: AUTHOR,
    time: 1,
  });
  child.stdin.write(head);
  await new Promise(written =>
    child.stdin.write(String(rest.join('')).slice(0, 500_000), written),
  );
  child.kill('SIGKILL');
  await once(child, 'close');
  // What a process killed inside a reference transaction leaves behind.
  const lock = join(gitDir, 'refs/heads/main.lock');
  await writeFile(lock, '');
  await utimes(lock, 0, 0);

  const reopened = await open();
  expect(await reopened.head()).toBe(before);
  await reopened.commit({
    changes: [{ path: 'a/2', content: 'two' }],
    message: 'Two',
    author: AUTHOR,
  });
  expect(await reopened.list((await reopened.head())!)).toHaveLength(2);
});

it('keeps all of a commit or nothing when the whole process is killed', async () => {
  const repository = await open();
  await repository.seed(await seedFolder({ start: '0' }));
  const start = (await repository.head())!;
  // Commits in a loop, two files at a time, until it is killed.
  const script = `
    require('@backstage/cli-node/config/nodeTransform.cjs');
    const { EmbeddedGitRepository } = require(${JSON.stringify(
      join(__dirname, 'EmbeddedGitRepository.ts'),
    )});
    EmbeddedGitRepository.open({ gitDir: ${JSON.stringify(
      gitDir,
    )} }).then(async repository => {
      for (let n = 0; ; n++) {
        const changes = ['a', 'b'].map(x => ({ path: x + '/' + n, content: 'x'.repeat(100000) + n }));
        await repository.commit({ changes, message: 'Commit ' + n, author: { name: 'n', email: 'e' } });
        process.stdout.write(n + '\\n');
      }
    });`;
  const child = spawn(process.execPath, ['-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = -1;
  let pending = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => resolve());
    child.once('error', reject);
    child.stdout.on('data', chunk => {
      pending += chunk;
      const lines = pending.split('\n');
      pending = lines.pop()!;
      if (lines.length) told = Number(lines.at(-1));
      if (told >= 3) child.kill('SIGKILL');
    });
  });
  expect(told).toBeGreaterThanOrEqual(3);

  const reopened = await open();
  const { commit } = await reopened.commit({
    changes: [{ path: 'after', content: 'x' }],
    message: 'After',
    author: AUTHOR,
  });
  const commits = (await reopened.commitsBetween(start, commit))!;
  expect(commits.length).toBeGreaterThanOrEqual(told + 2);
  for (const { commit: id, message } of commits.slice(0, -1)) {
    const n = message.replace('Commit ', '');
    expect(await reopened.read(id, `a/${n}`)).toBeDefined();
    expect(await reopened.read(id, `b/${n}`)).toBeDefined();
  }
});

it('answers again after its helper process has died', async () => {
  const spawned = jest.spyOn(childProcess, 'spawn');
  const repository = await open();
  await repository.seed(await seedFolder({ 'a/1': 'one' }));
  const reader = spawned.mock.results
    .map(({ value }) => value as ChildProcess)
    .find(({ spawnargs }) => spawnargs.includes('cat-file'))!;
  reader.kill('SIGKILL');
  let head: string | undefined;
  while (!head) head = await repository.head().catch(() => undefined);
  expect((await repository.read(head, 'a/1'))?.toString()).toBe('one');
});

it('lists and commits among ten thousand folders', async () => {
  const repository = await open();
  const changes = Array.from({ length: 10_000 }, (_, n) => ({
    path: `tenants/t${n % 200}/apis/api-${n}/api.yaml`,
    content: `name: api-${n}\n`,
  }));
  const first = await repository.commit({
    changes,
    message: 'Many',
    author: AUTHOR,
  });
  const files = await repository.list(first.commit);
  expect(files).toHaveLength(10_000);
  const contents = await Promise.all(
    files.map(({ path }) => repository.read(first.commit, path)),
  );
  expect(contents.every(content => content!.length > 10)).toBe(true);
  const second = await repository.commit({
    changes: [{ path: changes[42].path, content: 'changed' }],
    message: 'One',
    author: AUTHOR,
    expect: {
      'tenants/t42': (await repository.objectId(first.commit, 'tenants/t42'))!,
    },
  });
  expect(await repository.diff(first.commit, second.commit)).toEqual([
    { path: changes[42].path, kind: 'modified' },
  ]);
});

describe('seeding', () => {
  it('fills an empty repository once, with replacements', async () => {
    const [one, two] = [await open(), await open()];
    const source = await seedFolder({
      'tenants/acme/api.yaml': 'url: http://a:1 http://b:2',
      '.gitlab-ci.yml': 'stages: []',
    });
    const replacements = { 'a:1': 'b:2', 'b:2': 'c:3' };
    const seeded = await Promise.all([
      one.seed(source, replacements),
      two.seed(source, replacements),
    ]);
    expect(seeded.filter(Boolean)).toHaveLength(1);
    expect(await one.seed(source)).toBeUndefined();
    const head = (await one.head())!;
    expect((await one.list(head)).map(({ path }) => path)).toEqual([
      '.gitlab-ci.yml',
      'tenants/acme/api.yaml',
    ]);
    expect((await one.read(head, 'tenants/acme/api.yaml'))?.toString()).toBe(
      'url: http://b:2 http://c:3',
    );
  });

  it('brings the demo when configured, at the ports configured', async () => {
    const config = (enabled: boolean) =>
      mockServices.rootConfig({
        data: {
          stoa: {
            dataDir: join(folder, String(enabled)),
            demo: { enabled, backends: { crm: 17011, inventory: 7011 } },
          },
        },
      });
    const bare = await openEmbeddedRepository(config(false));
    opened.push(bare);
    expect(await bare.head()).toBeUndefined();
    const demo = await openEmbeddedRepository(config(true));
    opened.push(demo);
    const head = (await demo.head())!;
    const backend = async (api: string) =>
      (await demo.read(head, `tenants/acme-corp/apis/${api}/api.yaml`))!
        .toString()
        .match(/127\.0\.0\.1:\d+/)![0];
    expect(await backend('crm-api')).toBe('127.0.0.1:17011');
    expect(await backend('inventory-api')).toBe('127.0.0.1:7011');
    expect(await backend('billing-api')).toBe('127.0.0.1:7013');
  });
});

async function seedFolder(files: Record<string, string>): Promise<string> {
  const source = await mkdtemp(join(folder, 'seed-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(source, path, '..'), { recursive: true });
    await writeFile(join(source, path), content);
  }
  return source;
}
