import { StoaError } from '@stoa/plugin-stoa-common';

export type SecretStoreKind =
  | 'encrypted-file'
  | 'environment'
  | 'mounted-files'
  | 'vault';

/**
 * Where the installation's own secrets lie. A name is a path of lower-case words,
 * such as `sealing-key` or `awx/token`. Everything rejects with `stoa.unavailable`
 * when the store does not do what it is asked.
 */
export interface SecretStore {
  readonly kind: SecretStoreKind;
  /** Resolves when secrets can be read. */
  check(): Promise<void>;
  read(name: string): Promise<string | undefined>;
  /** Keeps it unless there is one already, and answers what is kept then: of several at once, one wins. */
  create(name: string, value: string): Promise<string>;
  write(name: string, value: string): Promise<void>;
  /** Forgets it; does nothing where there is none. */
  remove(name: string): Promise<void>;
}

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+(-[a-z0-9]+)*)*$/;
const MAX_NAME = 200;

/** A name goes into paths of files and addresses: whatever could lead elsewhere is no name. */
export function assertSecretName(name: string): void {
  if (name.length > MAX_NAME || !NAME.test(name)) {
    throw new Error(`'${name}' is not a name of a secret`);
  }
}

export function secretsUnavailable(why: string, cause?: unknown): StoaError {
  return new StoaError('stoa.unavailable', why, { cause });
}
