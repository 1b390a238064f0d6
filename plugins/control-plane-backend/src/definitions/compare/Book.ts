import { createHash } from 'node:crypto';
import { ANYTHING, NOTHING, viewOf } from './SchemaView.ts';
import { isObject, own, ownText } from './values.ts';
import type { JsonObject } from './values.ts';
import type { SchemaView } from './SchemaView.ts';

/** As long as a chain of references may be. */
const MAX_CHAIN = 100;

/** One definition, in which references are followed. */
export class Book {
  readonly root: JsonObject;
  readonly #views = new WeakMap<object, SchemaView>();
  readonly #viewing = new Set<object>();
  readonly #prints = new WeakMap<object, string>();
  readonly #printing = new Set<object>();

  constructor(root: JsonObject) {
    this.root = root;
  }

  /** OpenAPI 2.0, called Swagger. */
  get old(): boolean {
    return own(this.root, 'swagger') !== undefined;
  }

  /** What a reference leads to; what is none, as it is. */
  resolve(given: unknown): unknown {
    let value = given;
    for (let i = 0; i < MAX_CHAIN; i++) {
      const ref = ownText(value, '$ref');
      if (ref === undefined) return value;
      value = this.target(ref);
    }
    return undefined;
  }

  /** What a JSON pointer with `#` before it (RFC 6901 §6) leads to. */
  target(ref: string): unknown {
    let value: unknown = this.root;
    for (const part of ref.slice(1).split('/').slice(1)) {
      const name = decode(part).replace(/~1/g, '/').replace(/~0/g, '~');
      value = Array.isArray(value) ? value[Number(name)] : own(value, name);
    }
    return value;
  }

  /** What a schema says, its references and `allOf` taken together; of one that is part of itself, nothing more. */
  view(schema: unknown): SchemaView {
    if (!isObject(schema)) return schema === false ? NOTHING : ANYTHING;
    const known = this.#views.get(schema);
    if (known) return known;
    if (this.#viewing.has(schema)) return ANYTHING;
    this.#viewing.add(schema);
    const view = viewOf(this, schema);
    this.#viewing.delete(schema);
    this.#views.set(schema, view);
    return view;
  }

  /** The same text for what says the same, wherever it stands and in whatever order. */
  print(value: unknown): string {
    if (Array.isArray(value)) {
      return `[${value.map(item => this.print(item)).join()}]`;
    }
    if (!isObject(value)) return JSON.stringify(value) ?? 'null';
    const known = this.#prints.get(value);
    if (known !== undefined) return known;
    const ref = ownText(value, '$ref');
    if (this.#printing.has(value)) return 'again';
    this.#printing.add(value);
    const text =
      ref === undefined
        ? `{${Object.keys(value)
            .filter(key => !/^(description|title|summary|examples?)$/.test(key))
            .sort()
            .map(key => `${JSON.stringify(key)}:${this.print(value[key])}`)
            .join()}}`
        : this.print(this.target(ref));
    this.#printing.delete(value);
    // Short, so that what refers to much of it stays short.
    const print =
      text.length > 64 ? createHash('sha256').update(text).digest('hex') : text;
    this.#prints.set(value, print);
    return print;
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
