import { createHash } from 'node:crypto';
import { generateKey, parseKey, seal, unseal } from './sealing';
import { SecretStore, secretsUnavailable } from './SecretStore';

const CURRENT = 'sealing-key';
const PREVIOUS = 'sealing-key-previous';

interface SealingKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Seals what must be kept in a database and read again, under a key that lies in
 * the secret store: a copy of the database alone tells nothing. The key is made at
 * first use. To replace it, keep the old one as `sealing-key-previous`: what was
 * sealed with that opens as long as it is there.
 */
export class Sealer {
  readonly #store: SecretStore;
  #keys?: Promise<readonly SealingKey[]>;

  constructor(store: SecretStore) {
    this.#store = store;
  }

  /** `context` names the thing it belongs to, and must be given again to open it. */
  async seal(plain: string, context: string): Promise<string> {
    const [key] = await this.#load();
    return `v1.${key.id}.${seal(key.bytes, plain, context)}`;
  }

  /** Throws `stoa.unavailable` for what was sealed for something else, changed, or sealed with a key that is gone. */
  async open(sealed: string, context: string): Promise<string> {
    const [version, id, content] = sealed.split('.');
    if (version !== 'v1' || content === undefined) throw unreadable();
    const key = (await this.#find(id)) ?? (await this.#find(id, true));
    if (!key) throw unreadable();
    try {
      return unseal(key.bytes, content, context);
    } catch (error) {
      throw unreadable(error);
    }
  }

  /** Another process may have replaced the key: `again` asks the store anew. */
  async #find(id: string, again = false): Promise<SealingKey | undefined> {
    if (again) this.#keys = undefined;
    return (await this.#load()).find(key => key.id === id);
  }

  #load(): Promise<readonly SealingKey[]> {
    // A failure is not kept: the next call asks again.
    this.#keys ??= this.#read().catch(error => {
      this.#keys = undefined;
      throw error;
    });
    return this.#keys;
  }

  async #read(): Promise<readonly SealingKey[]> {
    const current =
      (await this.#store.read(CURRENT)) ??
      (await this.#store.create(CURRENT, generateKey()));
    const previous = await this.#store.read(PREVIOUS);
    return [current, ...(previous === undefined ? [] : [previous])].map(toKey);
  }
}

function toKey(text: string): SealingKey {
  const bytes = parseKey(text);
  if (!bytes) {
    throw secretsUnavailable(
      'A sealing key in the secret store is not 64 hexadecimal digits.',
    );
  }
  const id = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  return { id, bytes };
}

function unreadable(cause?: unknown) {
  return secretsUnavailable(
    'A secret cannot be read: the key that it was sealed with is not there.',
    cause,
  );
}
