import type { JsonSchema } from '@stoa/plugin-stoa-common';
import { ownText } from '../document.ts';
import type { OpenApiDocument } from '../document.ts';
import { Assembly } from './Assembly.ts';
import type { Fragment } from './fragment.ts';
import { isPlainReference, translate } from './translate.ts';
import type { Direction } from './translate.ts';

/** A schema on its own: every `$ref` in it points into its own `$defs`. */
export interface Assembled {
  readonly schema: JsonSchema;
  readonly notes: readonly string[];
}

/** How large a schema may become. */
export interface Bounds {
  /** Characters of its JSON. */
  readonly size: number;
  /** Alternatives and parts of `allOf`, `anyOf` and `oneOf`, in all. */
  readonly branches: number;
}

/** Written out up to this size, as some clients do not follow references; beyond it, each schema is there once. */
const MAX_WRITTEN_OUT = 16_384;

/** Objects and lists within each other, in the JSON. */
const MAX_DEPTH = 50;

/** The schemas of a document, each translated once, to be put together for many tools. */
export class SchemaBook {
  readonly #document: OpenApiDocument;
  readonly #direction: Direction;
  readonly #fragments = new Map<string, Fragment>();
  readonly #recursive = new Map<string, boolean>();

  constructor(document: OpenApiDocument, direction: Direction) {
    this.#document = document;
    this.#direction = direction;
  }

  /** Throws `Uncompilable` for a schema that cannot be translated. */
  fragmentOf(node: unknown): Fragment {
    const ref = ownText(node, '$ref');
    return ref !== undefined && isPlainReference(node)
      ? this.#at(ref)
      : translate(this.#document, node, this.#direction);
  }

  /** `undefined` when it would be out of bounds. Throws `Uncompilable`. */
  assemble(root: Fragment, bounds: Bounds): Assembled | undefined {
    const closure = this.#closure(root, bounds);
    if (!closure) return undefined;
    const notes = [root, ...closure.values()].flatMap(f => f.notes);
    const places = [...closure.keys()];
    const recursive = new Set(places.filter(place => this.#isRecursive(place)));
    const size = Math.min(MAX_WRITTEN_OUT, bounds.size);
    const kept = [new Set(places)];
    if (this.#fits(root, recursive, { ...bounds, size }))
      kept.unshift(recursive);
    for (const definitions of kept) {
      const schema = new Assembly(this.#fragments, definitions).of(root);
      if (isShallow(schema, MAX_DEPTH)) {
        return { schema, notes: [...new Set(notes)] };
      }
    }
    return undefined;
  }

  #at(place: string): Fragment {
    let fragment = this.#fragments.get(place);
    if (!fragment) {
      const node = this.#document.at(place);
      fragment = translate(this.#document, node, this.#direction);
      this.#fragments.set(place, fragment);
    }
    return fragment;
  }

  /** All that the schema refers to, by place, in the order of their first mention. */
  #closure(
    root: Fragment,
    bounds: Bounds,
  ): ReadonlyMap<string, Fragment> | undefined {
    const found = new Map<string, Fragment>();
    const queue = [...root.references];
    let { size, branches } = root;
    const fits = () => size <= bounds.size && branches <= bounds.branches;
    // Grows while what is found refers to more.
    for (const place of queue) {
      if (!fits()) break;
      if (found.has(place)) continue;
      const fragment = this.#at(place);
      found.set(place, fragment);
      size += fragment.size;
      branches += fragment.branches;
      queue.push(...fragment.references);
    }
    return fits() ? found : undefined;
  }

  #isRecursive(place: string): boolean {
    const known = this.#recursive.get(place);
    if (known !== undefined) return known;
    const seen = new Set<string>();
    const queue = [place];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const next of this.#at(at).references) {
        if (seen.has(next)) continue;
        seen.add(next);
        queue.push(next);
      }
    }
    const recursive = seen.has(place);
    this.#recursive.set(place, recursive);
    return recursive;
  }

  /** Whether all that is not recursive can be written out where it is referred to. */
  #fits(
    root: Fragment,
    recursive: ReadonlySet<string>,
    bounds: Bounds,
  ): boolean {
    let { size, branches } = root;
    const queue = [...root.references];
    const defined = new Set<string>();
    for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
      if (recursive.has(place)) {
        if (defined.has(place)) continue;
        defined.add(place);
      }
      const fragment = this.#at(place);
      size += fragment.size;
      branches += fragment.branches;
      if (size > bounds.size || branches > bounds.branches) return false;
      queue.push(...fragment.references);
    }
    return true;
  }
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return (
    levels > 0 &&
    Object.values(value).every(child => isShallow(child, levels - 1))
  );
}
