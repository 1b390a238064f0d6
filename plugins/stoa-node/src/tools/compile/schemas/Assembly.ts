import type { JsonSchema } from '@stoa/plugin-stoa-common';
import { isObject } from '../document.ts';
import { Reference } from './fragment.ts';
import type { Fragment, Schema } from './fragment.ts';

/** Puts one schema together of its fragments. */
export class Assembly {
  readonly #fragments: ReadonlyMap<string, Fragment>;
  /** Places that get a definition; the others are written out. */
  readonly #kept: ReadonlySet<string>;
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();

  constructor(
    fragments: ReadonlyMap<string, Fragment>,
    kept: ReadonlySet<string>,
  ) {
    this.#fragments = fragments;
    this.#kept = kept;
  }

  of(root: Fragment): JsonSchema {
    const schema = this.#written(root.schema) as Schema;
    const definitions: Record<string, unknown> = {};
    // Grows while definitions mention further ones.
    for (const [place, name] of this.#names) {
      definitions[name] = this.#written(this.#fragments.get(place)!.schema);
    }
    const plain = falseOrAny(schema);
    return this.#names.size > 0 ? { ...plain, $defs: definitions } : plain;
  }

  #written(value: unknown): unknown {
    if (value instanceof Reference) return this.#target(value);
    if (Array.isArray(value)) return value.map(item => this.#written(item));
    if (!isObject(value)) return value;
    const out: Record<string, unknown> = {};
    for (const key of Object.keys(value)) out[key] = this.#written(value[key]);
    return out;
  }

  #target({ place, annotations }: Reference): unknown {
    if (this.#kept.has(place)) {
      return { $ref: `#/$defs/${this.#nameOf(place)}`, ...annotations };
    }
    const schema = this.#written(this.#fragments.get(place)!.schema);
    if (Object.keys(annotations).length === 0) return schema;
    return { ...falseOrAny(schema as Schema), ...annotations };
  }

  #nameOf(place: string): string {
    const known = this.#names.get(place);
    if (known !== undefined) return known;
    const last = place.slice(place.lastIndexOf('/') + 1);
    const plain = last.replace(/[^\w.-]+/g, '_').slice(0, 64);
    // A name with an underscore in front is nobody's.
    const base = /^[a-z]/i.test(plain) ? plain : `schema${plain}`;
    let name = base;
    for (let n = 2; this.#taken.has(name); n++) name = `${base}_${n}`;
    this.#taken.add(name);
    this.#names.set(place, name);
    return name;
  }
}

function falseOrAny(schema: Schema): JsonSchema {
  if (typeof schema !== 'boolean') return schema;
  return schema ? {} : { not: {} };
}
