import { isError } from '@backstage/errors';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readOrGenerate } from '../identity/generatedFile';
import { writePrivateFile } from './dataDir';
import { generateKey, parseKey, seal, unseal } from './sealing';
import {
  assertSecretName,
  SecretStore,
  secretsUnavailable,
} from './SecretStore';

interface SealedFile {
  readonly sealed: string;
}

/**
 * Keeps each secret in a file of its own, encrypted and for its owner alone. The
 * key is the operator's, or one that is made beside the files: then the encryption
 * only helps where files are copied one by one, and production wants the former.
 */
export class EncryptedFileStore implements SecretStore {
  readonly kind = 'encrypted-file';
  readonly #folder: string;
  readonly #key: Buffer;

  private constructor(folder: string, key: Buffer) {
    this.#folder = folder;
    this.#key = key;
  }

  /** `key`: 64 hexadecimal digits. */
  static async open(options: {
    folder: string;
    key?: string;
  }): Promise<EncryptedFileStore> {
    const { folder } = options;
    const text =
      options.key ??
      (
        await readOrGenerate(join(folder, 'master-key.json'), async () => ({
          key: generateKey(),
        }))
      ).key;
    const key = parseKey(text);
    if (!key) {
      throw new Error(
        'stoa.secrets.encryptedFile.key must be 64 hexadecimal digits',
      );
    }
    return new EncryptedFileStore(folder, key);
  }

  async check(): Promise<void> {
    await this.read('check');
  }

  async read(name: string): Promise<string | undefined> {
    const path = this.#path(name);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (isError(error) && error.code === 'ENOENT') return undefined;
      throw secretsUnavailable('A file of secrets cannot be read.', error);
    }
    return this.#open(name, text);
  }

  async create(name: string, value: string): Promise<string> {
    const kept = await readOrGenerate<SealedFile>(this.#path(name), async () =>
      this.#seal(name, value),
    );
    return this.#open(name, JSON.stringify(kept));
  }

  async write(name: string, value: string): Promise<void> {
    const content = JSON.stringify(this.#seal(name, value));
    await writePrivateFile(this.#path(name), content);
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  #path(name: string): string {
    assertSecretName(name);
    return join(this.#folder, `${encodeURIComponent(name)}.sealed.json`);
  }

  #seal(name: string, value: string): SealedFile {
    return { sealed: seal(this.#key, value, name) };
  }

  #open(name: string, text: string): string {
    try {
      return unseal(this.#key, (JSON.parse(text) as SealedFile).sealed, name);
    } catch {
      // Neither the parser's message nor the cipher's may quote the file.
      throw secretsUnavailable(
        `The file of the secret "${name}" was changed, or its key is another one.`,
      );
    }
  }
}
