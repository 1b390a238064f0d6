import { isSecretName, MASK, VALUE_PATTERNS } from './patterns';

const MAX_DEPTH = 12;
const MAX_TEXT = 2_000;
const MAX_ENTRIES = 100;
/** Values in all; what lies beyond is left out. */
const MAX_VALUES = 2_000;

class Masker {
  #left = MAX_VALUES;

  mask(value: unknown, depth: number): unknown {
    this.#left -= 1;
    if (depth > MAX_DEPTH || this.#left < 0) return '…';
    if (typeof value === 'string') return this.text(value, depth);
    if (typeof value === 'number' || typeof value === 'bigint') {
      const text = String(value);
      return this.#plain(text) === text ? value : MASK;
    }
    if (Array.isArray(value)) return this.#list(value, depth);
    if (typeof value === 'object' && value !== null) {
      return this.#record(value, depth);
    }
    return typeof value === 'function' || typeof value === 'symbol'
      ? undefined
      : value;
  }

  text(text: string, depth: number): string {
    const cut = text.length > MAX_TEXT;
    // What is cut in two must not look like something else: the tail goes first.
    const inner = cut ? undefined : this.#json(text, depth);
    if (inner !== undefined) return inner;
    const masked = this.#plain(this.#fields(text.slice(0, MAX_TEXT)));
    return cut ? `${masked.slice(0, MAX_TEXT - 100)}…` : masked;
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    // A pair of name and value, as headers are written.
    const [name] = list;
    if (list.length === 2 && typeof name === 'string' && isSecretName(name)) {
      return [this.#plain(name), MASK];
    }
    const shown = list
      .slice(0, MAX_ENTRIES)
      .map(entry => this.mask(entry, depth + 1));
    return list.length > MAX_ENTRIES ? [...shown, '…'] : shown;
  }

  #record(record: object, depth: number): Record<string, unknown> {
    // Without a prototype, so that a key `__proto__` is a key like any other.
    const masked: Record<string, unknown> = Object.create(null);
    const entries = Object.entries(record);
    // `{name: "password", value: …}`, as parameters and form fields are written.
    const named = entries.some(
      ([key, value]) =>
        /^(name|key|field|header)$/i.test(key) &&
        typeof value === 'string' &&
        isSecretName(value),
    );
    for (const [key, value] of entries.slice(0, MAX_ENTRIES)) {
      const secret =
        isSecretName(key) || (named && /^(value|content)$/i.test(key));
      masked[this.#plain(key.slice(0, 200))] =
        secret && value !== null && value !== undefined
          ? MASK
          : this.mask(value, depth + 1);
    }
    if (entries.length > MAX_ENTRIES) masked['…'] = '…';
    return masked;
  }

  /** JSON inside a string, as bodies often are. */
  #json(text: string, depth: number): string | undefined {
    if (!/^\s*[[{"]/.test(text) || depth > MAX_DEPTH) return undefined;
    try {
      const value = JSON.parse(text);
      return JSON.stringify(this.mask(value, depth + 1));
    } catch {
      return undefined;
    }
  }

  /** `name=value` and `name: value`, as in queries, forms, cookies and messages. */
  #fields(text: string): string {
    return text.replace(
      /([A-Za-z0-9_.-]{2,64})(["']?\s*[=:]\s*)("[^"]*"?|'[^']*'?|[^\s&;,]+)/g,
      (found, name, sign) =>
        isSecretName(name) ? `${name}${sign}${MASK}` : found,
    );
  }

  #plain(text: string): string {
    // Databases cannot keep the character NUL, and no reader wants to see it.
    const clean = text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
    return VALUE_PATTERNS.reduce((rest, replace) => replace(rest), clean);
  }
}

/**
 * A copy of a JSON value that may be kept and shown to operators: secrets and
 * personal data are replaced by `***`, by the name they stand under and by what
 * they look like, in objects, lists, header pairs, and JSON or form fields inside
 * strings. Deep, long and numerous parts are cut. Never throws.
 */
export function maskSnapshot(value: unknown): unknown {
  return new Masker().mask(value, 0);
}

/** The same for a text. */
export function maskText(text: string): string {
  return new Masker().text(text, 0);
}
