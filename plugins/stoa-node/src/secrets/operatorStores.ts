import { isError } from '@backstage/errors';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  assertSecretName,
  SecretStore,
  SecretStoreKind,
  secretsUnavailable,
} from './SecretStore';

/** A store that the operator fills: the platform only reads. */
abstract class OperatorStore implements SecretStore {
  abstract readonly kind: SecretStoreKind;
  abstract check(): Promise<void>;
  abstract read(name: string): Promise<string | undefined>;
  /** Where the operator puts the secret of a name. */
  protected abstract place(name: string): string;

  async create(name: string): Promise<string> {
    const kept = await this.read(name);
    if (kept === undefined) throw this.#missing(name);
    return kept;
  }

  async write(name: string): Promise<void> {
    throw this.#missing(name);
  }

  async remove(name: string): Promise<void> {
    if ((await this.read(name)) !== undefined) throw this.#missing(name);
  }

  #missing(name: string) {
    return secretsUnavailable(
      `Only the operator can set the secret "${name}": ${this.place(name)}.`,
    );
  }
}

/** Secrets in environment variables: `awx/token` is `STOA_SECRET_AWX__TOKEN`. */
export class EnvironmentStore extends OperatorStore {
  readonly kind = 'environment';
  readonly #prefix: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(options: { prefix?: string; env?: NodeJS.ProcessEnv } = {}) {
    super();
    this.#prefix = options.prefix ?? 'STOA_SECRET_';
    this.#env = options.env ?? process.env;
  }

  async check(): Promise<void> {}

  async read(name: string): Promise<string | undefined> {
    // An empty variable is how many tools write "not set".
    return this.#env[this.place(name)] || undefined;
  }

  protected place(name: string): string {
    assertSecretName(name);
    const variable = name.replaceAll('/', '__').replaceAll('-', '_');
    return this.#prefix + variable.toUpperCase();
  }
}

/** Secrets mounted as files, such as those of Kubernetes: `awx/token` is the file `awx.token`. */
export class MountedFilesStore extends OperatorStore {
  readonly kind = 'mounted-files';
  readonly #folder: string;

  constructor(folder: string) {
    super();
    this.#folder = folder;
  }

  async check(): Promise<void> {
    try {
      await access(this.#folder);
    } catch (error) {
      throw secretsUnavailable(
        'The folder of mounted secrets cannot be read.',
        error,
      );
    }
  }

  /** Read each time: whoever mounts them may replace them. */
  async read(name: string): Promise<string | undefined> {
    const path = this.place(name);
    try {
      const text = await readFile(path, 'utf8');
      return text.replace(/\r?\n$/, '');
    } catch (error) {
      if (isError(error) && error.code === 'ENOENT') return undefined;
      throw secretsUnavailable('A mounted secret cannot be read.', error);
    }
  }

  protected place(name: string): string {
    assertSecretName(name);
    return join(this.#folder, name.replaceAll('/', '.'));
  }
}
