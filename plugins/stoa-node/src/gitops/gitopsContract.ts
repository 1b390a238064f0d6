/* eslint-disable jest/no-export -- a suite that the tests of every adapter run */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CommitInfo, GitOpsRepository } from './GitOpsRepository';

/** An empty repository to run the contract on. */
export interface GitOpsHarness {
  readonly repository: GitOpsRepository;
  /** A second, independent handle on the same repository, as another process would have. */
  another(): Promise<GitOpsRepository>;
  /** Where a plain `git push` goes. */
  readonly remote: string;
  readonly branch: string;
  /** Lifts the protection of the branch against pushes that rewrite its history. */
  allowRewriting(): Promise<void>;
}

const AUTHOR = { name: 'Ada Admin', email: 'ada@acme.test' };

/**
 * What every adapter of `GitOpsRepository` must do, as a Jest suite. For tests
 * only; `create` gives a fresh harness and may register its own clean-up.
 */
export function gitOpsContract(create: () => Promise<GitOpsHarness>): void {
  let harness: GitOpsHarness;
  let repository: GitOpsRepository;

  beforeEach(async () => {
    harness = await create();
    repository = harness.repository;
  });

  const write = (
    files: Record<string, string | undefined>,
    expect?: Record<string, string | null>,
    from: GitOpsRepository = repository,
  ): Promise<CommitInfo> =>
    from.commit({
      changes: Object.entries(files).map(([path, content]) => ({
        path,
        content,
      })),
      message: `Change ${Object.keys(files).join(', ')}`,
      author: AUTHOR,
      expect,
    });

  const text = async (path: string) =>
    (await repository.read((await repository.head())!, path))?.toString();

  it('starts without a commit', async () => {
    expect(await repository.head()).toBeUndefined();
    expect(await repository.log({ limit: 10 })).toEqual([]);
  });

  it('writes commits with author, message and trailers, and reads them back', async () => {
    const first = await repository.commit({
      changes: [
        { path: 'tenants/acme/tenant.yaml', content: 'kind: Tenant\n' },
        {
          path: 'tenants/acme/apis/crm/logo.bin',
          content: Buffer.from([0, 255, 10]),
        },
        { path: 'tenants/acme/é "quoted" name.txt', content: '' },
      ],
      message: 'Add acme\n\nBecause of reasons.',
      author: { name: 'Zoë <b>\nx', email: 'zoe@acme.test>' },
      trailers: { 'Correlation-Id': 'c-1\nAuthor: somebody' },
    });
    expect(first).toEqual({
      commit: await repository.head(),
      parents: [],
      author: { name: 'Zoë b x', email: 'zoe@acme.test' },
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      message: expect.stringMatching(/^Add acme\n\nBecause of reasons\.\n\n/),
      trailers: { 'Correlation-Id': 'c-1 Author: somebody' },
    });
    expect(await repository.list(first.commit)).toEqual([
      expect.objectContaining({
        path: 'tenants/acme/apis/crm/logo.bin',
        size: 3,
      }),
      expect.objectContaining({ path: 'tenants/acme/tenant.yaml', size: 13 }),
      expect.objectContaining({
        path: 'tenants/acme/é "quoted" name.txt',
        size: 0,
      }),
    ]);
    expect(
      await repository.list(first.commit, 'tenants/acme/apis'),
    ).toHaveLength(1);
    expect(
      await repository.list(first.commit, 'tenants/acme/apis/crm/'),
    ).toHaveLength(1);
    expect(await repository.list(first.commit, 'nowhere')).toEqual([]);
    const read = (path: string) => repository.read(first.commit, path);
    expect(await read('tenants/acme/apis/crm/logo.bin')).toEqual(
      Buffer.from([0, 255, 10]),
    );
    expect(await read('tenants/acme/é "quoted" name.txt')).toEqual(
      Buffer.alloc(0),
    );
    expect(await read('tenants/acme')).toBeUndefined();
    expect(await read('tenants/acme/tenant.yaml/x')).toBeUndefined();

    const second = await write({
      'tenants/acme/tenant.yaml': 'kind: Other\n',
      'tenants/acme/apis': undefined,
      'tenants/acme/new': 'n',
      'tenants/acme/absent': undefined,
    });
    expect(second.parents).toEqual([first.commit]);
    expect(await repository.diff(first.commit, second.commit)).toEqual([
      { path: 'tenants/acme/apis/crm/logo.bin', kind: 'deleted' },
      { path: 'tenants/acme/new', kind: 'added' },
      { path: 'tenants/acme/tenant.yaml', kind: 'modified' },
    ]);
    expect(await repository.diff(undefined, first.commit)).toHaveLength(3);
    expect(await read('tenants/acme/tenant.yaml')).toEqual(
      Buffer.from('kind: Tenant\n'),
    );
    expect((await repository.log({ limit: 10 })).map(c => c.commit)).toEqual([
      second.commit,
      first.commit,
    ]);
    const touched = {
      path: 'tenants/acme/apis',
      limit: 10,
      from: first.commit,
    };
    expect(await repository.log(touched)).toEqual([first]);
    expect(await repository.log({ limit: 1 })).toEqual([second]);
    expect(await repository.commitsBetween(undefined, second.commit)).toEqual([
      first,
      second,
    ]);
    expect(
      await repository.commitsBetween(first.commit, second.commit),
    ).toEqual([second]);
    expect(
      await repository.commitsBetween(second.commit, second.commit),
    ).toEqual([]);
    expect(
      await repository.commitsBetween(second.commit, first.commit),
    ).toBeUndefined();
  });

  it('keeps what is not expected from being overwritten', async () => {
    const first = await write({ 'a/1': '1', 'b/1': '1' });
    const a = await repository.objectId(first.commit, 'a');
    expect(a).toMatch(/^[0-9a-f]{40,64}$/);
    const file = await repository.objectId(first.commit, 'a/1');
    expect(file).toMatch(/^[0-9a-f]{40,64}$/);
    expect(file).not.toBe(a);
    expect(await repository.objectId(first.commit, 'c')).toBeUndefined();

    await write(
      { 'b/1': '2' },
      { b: (await repository.objectId(first.commit, 'b'))!, c: null },
    );
    // The branch moved, the folder did not.
    await write({ 'a/1': '2' }, { a: a! });
    const wrong: Record<string, string | null>[] = [
      { a: a! },
      { a: null },
      { c: a! },
      { 'a/1': null },
      { 'a/1': file! },
    ];
    for (const expectation of wrong) {
      await expect(write({ 'a/1': '3' }, expectation)).rejects.toMatchObject({
        code: 'stoa.precondition_failed',
      });
    }
    expect(await text('a/1')).toBe('2');
    expect(await text('b/1')).toBe('2');
  });

  it('loses none of many commits at once, of two processes', async () => {
    await write({ counter: '0' });
    const other = await harness.another();
    const numbers = Array.from({ length: 12 }, (_, n) => n);
    await Promise.all(
      numbers.map(n =>
        write(
          { [`files/${n}`]: `${n}` },
          undefined,
          n % 2 ? other : repository,
        ),
      ),
    );
    const head = (await repository.head())!;
    expect(await other.head()).toBe(head);
    expect(await repository.list(head, 'files')).toHaveLength(12);
    expect(await repository.commitsBetween(undefined, head)).toHaveLength(13);

    const before = (await repository.objectId(head, 'files'))!;
    const outcomes = await Promise.allSettled(
      numbers.map(n =>
        write(
          { 'files/0': `won by ${n}` },
          { files: before },
          n % 2 ? other : repository,
        ),
      ),
    );
    const codes = outcomes.flatMap(outcome =>
      outcome.status === 'rejected' ? [outcome.reason.code] : [],
    );
    expect(codes).toEqual(Array(11).fill('stoa.precondition_failed'));
  });

  it.each<string>([
    '',
    '/etc/passwd',
    'a//b',
    'a/./b',
    '../a',
    'a/../../b',
    'a/..',
    'a\\..\\b',
    'a\0b',
    'a\nb',
    '.git/config',
    'a/.GIT/hooks/post-update',
    'a/.git./x',
    'a/.git::$INDEX_ALLOCATION/x',
    'a/GIT~1/x',
    'a/.g\u200cit/x',
    'a/\ud800',
    'x'.repeat(256),
    `${'d/'.repeat(600)}x`,
  ])('refuses to write the path %j', async path => {
    await expect(write({ ok: '1', [path]: 'x' })).rejects.toMatchObject({
      code: 'stoa.validation',
    });
    expect(await repository.head()).toBeUndefined();
  });

  it('refuses twins, files for folders and folders for files', async () => {
    await write({ 'apis/crm/api.yaml': '1', 'apis/note': '1' });
    const refused = [
      { 'apis/CRM/api.yaml': '2' },
      { 'apis/crm/API.yaml': '2' },
      { 'apis/x/é': '1', 'apis/x/e\u0301': '2' },
      { 'apis/crm': '2' },
      { 'apis/note/x': '2' },
      { 'new/x': '1', 'new/x/y': '2' },
    ];
    for (const files of refused) {
      await expect(write(files)).rejects.toMatchObject({
        code: 'stoa.validation',
      });
    }
    await write({ 'apis/note': undefined, 'apis/Note': '3' });
    await write({ 'apis/crm': undefined, 'apis/CRM/api.yaml': '4' });
    expect(await text('apis/Note')).toBe('3');
    expect(await text('apis/CRM/api.yaml')).toBe('4');
  });

  it('bounds what is read and written', async () => {
    const { commit } = await write({ big: 'x'.repeat(70_000), small: 's' });
    await expect(
      repository.read(commit, 'big', { maxBytes: 69_999 }),
    ).rejects.toMatchObject({ code: 'stoa.too_large' });
    expect(
      await repository.read(commit, 'big', { maxBytes: 70_000 }),
    ).toHaveLength(70_000);
    expect(await text('small')).toBe('s');
    const tooBig = Buffer.alloc(32 * 1024 * 1024 + 1);
    await expect(
      repository.commit({
        changes: [{ path: 'x', content: tooBig }],
        message: 'x',
        author: AUTHOR,
      }),
    ).rejects.toMatchObject({ code: 'stoa.too_large' });
  });

  it('knows only commits that exist', async () => {
    await write({ a: '1' });
    const unknown = '1'.repeat(40);
    const ids = [unknown, 'HEAD', '--all', `${unknown}\n${unknown}`];
    const calls = ids.flatMap(commit => [
      repository.list(commit),
      repository.read(commit, 'a'),
      repository.objectId(commit, ''),
      repository.diff(commit, commit),
      repository.log({ from: commit, limit: 1 }),
      repository.commitsBetween(undefined, commit),
    ]);
    const outcomes = await Promise.allSettled<unknown>(calls);
    expect(outcomes).toEqual(
      Array(24).fill({
        status: 'rejected',
        reason: expect.objectContaining({ code: 'stoa.not_found' }),
      }),
    );
    const head = (await repository.head())!;
    expect(await repository.commitsBetween(unknown, head)).toBeUndefined();
  });

  describe('pushes from a plain git client', () => {
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'gitops-client-'));
      await write({ 'tenants/acme/tenant.yaml': 'one' });
      await git('init', '--quiet', '.');
      await git('fetch', '--quiet', harness.remote, harness.branch);
      await git('checkout', '--quiet', '-b', 'work', 'FETCH_HEAD');
    });

    afterEach(() => rm(folder, { recursive: true, force: true }));

    async function git(...args: string[]): Promise<string> {
      const env = {
        PATH: process.env.PATH,
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: devNull,
      };
      const identity = [
        '-c',
        'user.name=Pat',
        '-c',
        'user.email=pat@acme.test',
      ];
      const { stdout } = await promisify(execFile)(
        'git',
        [...identity, ...args],
        {
          cwd: folder,
          env,
        },
      );
      return stdout.trim();
    }

    const push = (...flags: string[]) =>
      git(
        'push',
        '--quiet',
        ...flags,
        harness.remote,
        `HEAD:${harness.branch}`,
      );

    it('appear, and take part in the order of commits', async () => {
      const base = (await repository.head())!;
      await writeFile(join(folder, 'tenants/acme/tenant.yaml'), 'two');
      await git('commit', '--quiet', '-am', 'Second\n\nCorrelation-Id: mine');
      await push();
      const pushed = (await repository.head())!;
      expect(pushed).toBe(await git('rev-parse', 'HEAD'));
      expect(await text('tenants/acme/tenant.yaml')).toBe('two');
      const { commit } = await write({ 'tenants/acme/x': 'x' });
      expect(await repository.commitsBetween(base, commit)).toEqual([
        expect.objectContaining({
          commit: pushed,
          author: { name: 'Pat', email: 'pat@acme.test' },
          trailers: { 'Correlation-Id': 'mine' },
        }),
        expect.objectContaining({ commit, parents: [pushed] }),
      ]);
    });

    it('that rewrite history are told from those that add to it', async () => {
      const { commit } = await write({ 'tenants/acme/lost': '1' });
      await writeFile(join(folder, 'tenants/acme/tenant.yaml'), 'other');
      await git('commit', '--quiet', '-a', '--amend', '-m', 'Rewritten');
      await harness.allowRewriting();
      await push('--force');
      const head = (await repository.head())!;
      expect(await repository.commitsBetween(commit, head)).toBeUndefined();
      expect(await text('tenants/acme/lost')).toBeUndefined();
      await write({ 'tenants/acme/y': 'y' });
      expect(await text('tenants/acme/tenant.yaml')).toBe('other');
    });

    it('bring no symlinks, submodules, LFS pointers or unsafe names into sight', async () => {
      const base = (await repository.head())!;
      const blob = async (content: string) => {
        await writeFile(join(folder, 'blob'), content);
        return git('hash-object', '-w', 'blob');
      };
      const add = (mode: string, oid: string, path: string) =>
        git('update-index', '--add', '--cacheinfo', `${mode},${oid},${path}`);
      const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(
        64,
      )}\nsize 12345\n`;
      await add('120000', await blob('/etc/passwd'), 'tenants/acme/link');
      await add('120000', await blob('acme'), 'tenants/alias');
      await add('160000', base, 'tenants/acme/module');
      await add('100644', await blob(lfs), 'tenants/acme/large.bin');
      await add('100644', await blob('x'), 'tenants/acme/back\\slash');
      await add('100644', await blob('x'), 'tenants/acme/line\nfeed');
      await add('100755', await blob('run'), 'tenants/acme/script');
      await add('120000', await blob('elsewhere'), 'tenants/acme/tenant.yaml');
      await git('commit', '--quiet', '-m', 'Hostile');
      await push();

      const head = (await repository.head())!;
      expect(await repository.list(head)).toEqual([
        expect.objectContaining({ path: 'tenants/acme/script', size: 3 }),
      ]);
      expect(await repository.diff(base, head)).toEqual([
        { path: 'tenants/acme/script', kind: 'added' },
        { path: 'tenants/acme/tenant.yaml', kind: 'deleted' },
      ]);
      for (const path of [
        'link',
        'module',
        'large.bin',
        'tenant.yaml',
        'back\\slash',
      ]) {
        expect(await text(`tenants/acme/${path}`)).toBeUndefined();
      }
      expect(await text('tenants/alias/script')).toBeUndefined();
      expect(await repository.objectId(head, 'tenants/alias')).toBeUndefined();
      await expect(write({ 'tenants/alias/x': '1' })).rejects.toMatchObject({
        code: 'stoa.validation',
      });
      await write({ 'tenants/acme/tenant.yaml': 'healed' });
      expect(await text('tenants/acme/tenant.yaml')).toBe('healed');
      await write({ 'tenants/acme': undefined });
      expect(
        await repository.objectId((await repository.head())!, 'tenants/acme'),
      ).toBeUndefined();
    });
  });
}
