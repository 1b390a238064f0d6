/* eslint-disable jest/no-export -- a suite that the tests of every store run */
import { SecretStore } from './SecretStore';

const NO_NAMES = [
  '',
  '/',
  '..',
  '../escape',
  'a/../b',
  'a//b',
  '/a',
  'a/',
  'A',
  'a b',
  'a%2f..',
  'a?b',
  'a\0',
  'x'.repeat(201),
];

/** What every store keeps to, that the platform may write to. */
export function secretStoreContract(open: () => Promise<SecretStore>): void {
  it('keeps, replaces and forgets', async () => {
    const store = await open();
    await store.check();
    expect(await store.read('awx/token')).toBeUndefined();
    const values = ['first', 'Ünïcode \n "quoted" ✓', 'x'.repeat(8_000)];
    for (const value of values) {
      await store.write('awx/token', value);
      expect(await store.read('awx/token')).toBe(value);
    }
    expect(await store.read('awx')).toBeUndefined();
    await store.remove('awx/token');
    await store.remove('awx/token');
    expect(await store.read('awx/token')).toBeUndefined();
    expect(await store.create('awx/token', 'anew')).toBe('anew');
  });

  it('lets one of many win that make the same secret at once', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, open));
    const kept = await Promise.all(
      stores.map((store, index) => store.create('made/once', `by ${index}`)),
    );
    expect(new Set(kept).size).toBe(1);
    expect(await stores[0].read('made/once')).toBe(kept[0]);
    expect(await stores[7].create('made/once', 'late')).toBe(kept[0]);
  });

  it('takes nothing for a name that could lead elsewhere', async () => {
    const store = await open();
    const refused = /not a name of a secret/;
    for (const name of NO_NAMES) {
      await expect(store.read(name)).rejects.toThrow(refused);
      await expect(store.create(name, 'x')).rejects.toThrow(refused);
      await expect(store.write(name, 'x')).rejects.toThrow(refused);
      await expect(store.remove(name)).rejects.toThrow(refused);
    }
  });
}
