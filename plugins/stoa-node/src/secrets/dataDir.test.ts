import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { ensureDataDir, writePrivateFile } from './dataDir';

const mock = createMockDirectory();
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

function configFor(dataDir: string) {
  return mockServices.rootConfig({ data: { stoa: { dataDir } } });
}

it('creates the data directory for its owner alone, and closes an open one', async () => {
  const fresh = mock.resolve('a/b');
  expect(await ensureDataDir(configFor(fresh))).toBe(fresh);
  expect(await modeOf(fresh)).toBe(0o700);

  const open = mock.resolve('open');
  await mkdir(open, { mode: 0o755 });
  await ensureDataDir(configFor(open));
  expect(await modeOf(open)).toBe(0o700);
});

it('writes private files whole, also over wider ones', async () => {
  const path = mock.resolve('private/secret');
  await writePrivateFile(path, 'one');
  expect(await modeOf(path)).toBe(0o600);

  const wide = mock.resolve('wide');
  await writeFile(wide, 'old', { mode: 0o644 });
  await writePrivateFile(wide, Buffer.from('new'));
  expect(await modeOf(wide)).toBe(0o600);
  expect(await readFile(wide, 'utf8')).toBe('new');

  await mkdir(join(mock.path, 'taken'));
  await expect(writePrivateFile(mock.resolve('taken'), 'x')).rejects.toThrow();
  expect((await readdir(mock.path)).sort()).not.toContainEqual(
    expect.stringMatching(/^(wide|taken)\./),
  );
});
