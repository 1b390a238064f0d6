import type { Book } from './Book.ts';
import type { DefinitionChange } from './changes.ts';
import { LOWER, UPPER } from './SchemaView.ts';
import type { SchemaView } from './SchemaView.ts';
import { isObject } from './values.ts';

/** Longer values and places are cut. */
const MAX_TEXT = 200;

/** How a value may lie between what was and what is allowed. */
interface Move {
  /** Something that was allowed is not any more. */
  readonly narrower: boolean;
  /** Something is allowed that was not. */
  readonly wider: boolean;
}

const NARROWER: Move = { narrower: true, wider: false };
const WIDER: Move = { narrower: false, wider: true };
const OTHER: Move = { narrower: true, wider: true };

/**
 * Compares what one side of an operation carries. A request breaks its caller
 * where it allows less than before, a response where it may bring what it did not:
 * of properties that are new in a response, a caller need not know. Each pair of
 * schemas is compared once, where it is met first.
 */
export class SchemaComparison {
  readonly changes: DefinitionChange[] = [];
  readonly #before: Book;
  readonly #after: Book;
  readonly #side: 'request' | 'response';
  readonly #seen = new WeakMap<object, WeakSet<object>>();

  constructor(before: Book, after: Book, side: 'request' | 'response') {
    this.#before = before;
    this.#after = after;
    this.#side = side;
  }

  compare(where: string, before: unknown, after: unknown): void {
    if (this.#met(before, after)) return;
    const a = this.#before.view(before);
    const b = this.#after.view(after);
    this.#types(where, a, b);
    this.#values(where, a, b);
    this.#limits(where, a, b);
    this.#words(where, a, b);
    this.#properties(where, a, b);
    if (a.items !== undefined || b.items !== undefined)
      this.compare(`${where}[]`, a.items ?? true, b.items ?? true);
    this.#alternatives(where, a, b);
    if (differ(a.rest, b.rest)) this.#add('rules', where, OTHER);
  }

  /** Says that it must be there now, or need not any more. */
  presence(where: string, before: boolean, after: boolean): void {
    if (after && !before) this.#add('required', where, NARROWER);
    if (before && !after) this.#add('optional', where, WIDER);
  }

  /** Whether its values may be lists or objects, which can be written in several ways. */
  hasParts(before: unknown): boolean {
    const { types } = this.#before.view(before);
    return !types || types.has('array') || types.has('object');
  }

  #add(
    kind: DefinitionChange['kind'],
    where: string,
    move: Move,
    values: { readonly before?: string; readonly after?: string } = {},
  ): void {
    this.changes.push({
      kind,
      where: where.slice(0, MAX_TEXT),
      ...(values.before !== undefined && { before: cut(values.before) }),
      ...(values.after !== undefined && { after: cut(values.after) }),
      breaking: this.#side === 'request' ? move.narrower : move.wider,
    });
  }

  #met(before: unknown, after: unknown): boolean {
    const a = this.#before.resolve(before);
    const b = this.#after.resolve(after);
    if (!isObject(a) || !isObject(b)) return false;
    const known = this.#seen.get(a) ?? new WeakSet();
    this.#seen.set(a, known);
    if (known.has(b)) return true;
    known.add(b);
    return false;
  }

  #types(where: string, a: SchemaView, b: SchemaView): void {
    const move = {
      narrower: !covers(b.types, a.types),
      wider: !covers(a.types, b.types),
    };
    if (move.narrower || move.wider)
      this.#add('type', where, move, {
        before: typesText(a.types),
        after: typesText(b.types),
      });
  }

  #values(where: string, a: SchemaView, b: SchemaView): void {
    if (!a.values && !b.values) return;
    const gone = [...(a.values ?? [])].filter(value => !b.values?.has(value));
    const added = [...(b.values ?? [])].filter(value => !a.values?.has(value));
    if (!a.values)
      this.#add('values_removed', where, NARROWER, { after: added.join(', ') });
    else if (!b.values)
      this.#add('values_added', where, WIDER, { before: gone.join(', ') });
    else {
      if (gone.length > 0)
        this.#add('values_removed', where, NARROWER, {
          before: gone.join(', '),
        });
      if (added.length > 0)
        this.#add('values_added', where, WIDER, { after: added.join(', ') });
    }
  }

  #limits(where: string, a: SchemaView, b: SchemaView): void {
    for (const [keys, sign] of [
      [LOWER, 1],
      [UPPER, -1],
    ] as const) {
      for (const key of keys) {
        const before = a.limits.get(key);
        const after = b.limits.get(key);
        if (before === after) continue;
        const none = -sign * Infinity;
        const rises = ((after ?? none) - (before ?? none)) * sign > 0;
        this.#add('limit', where, rises ? NARROWER : WIDER, {
          ...(before !== undefined && { before: `${key} ${before}` }),
          ...(after !== undefined && { after: `${key} ${after}` }),
        });
      }
    }
  }

  #words(where: string, a: SchemaView, b: SchemaView): void {
    for (const key of ['format', 'pattern'] as const) {
      const [before, after] = [a[key], b[key]];
      if (before === after) continue;
      const added = before === undefined ? NARROWER : OTHER;
      this.#add(key, where, after === undefined ? WIDER : added, {
        before,
        after,
      });
    }
    // Who leaves a value out of a request means the default.
    if (a.default !== b.default)
      this.#add('default', where, NARROWER, {
        before: a.default,
        after: b.default,
      });
  }

  #properties(where: string, a: SchemaView, b: SchemaView): void {
    for (const [name, schema] of a.properties) {
      const place = where ? `${where}.${name}` : name;
      const now = b.properties.get(name);
      if (now !== undefined) {
        this.presence(place, a.required.has(name), b.required.has(name));
        this.compare(place, schema, now);
      } else if (!this.#hidden(this.#before.view(schema))) {
        this.#add('property_removed', place, OTHER);
      }
    }
    for (const [name, schema] of b.properties) {
      if (a.properties.has(name) || this.#hidden(this.#after.view(schema)))
        continue;
      const needed = b.required.has(name) && this.#side === 'request';
      const place = where ? `${where}.${name}` : name;
      this.#add('property_added', place, {
        narrower: needed,
        wider: false,
      });
    }
    for (const name of b.required) {
      if (!a.required.has(name) && !b.properties.has(name))
        this.presence(where ? `${where}.${name}` : name, false, true);
    }
    if (a.more !== false && b.more === false)
      this.#add('more_properties_refused', where, NARROWER);
    else if (a.more === false && b.more !== false)
      // As with one that is named: nobody need know it.
      this.#add('more_properties_allowed', where, {
        narrower: false,
        wider: false,
      });
    else if (a.more !== b.more) this.compare(`${where}.*`, a.more, b.more);
  }

  /** What this side does not carry. */
  #hidden(view: SchemaView): boolean {
    return this.#side === 'request' ? view.readOnly : view.writeOnly;
  }

  #alternatives(where: string, a: SchemaView, b: SchemaView): void {
    if (!a.alternatives && !b.alternatives) return;
    if (!a.alternatives || !b.alternatives) {
      this.#add('rules', where, OTHER);
      return;
    }
    for (const [name, schema] of a.alternatives) {
      const now = b.alternatives.get(name);
      if (now === undefined)
        this.#add('alternative_removed', where, NARROWER, { before: name });
      else this.compare(`${where}(${name})`, schema, now);
    }
    for (const name of b.alternatives.keys()) {
      if (!a.alternatives.has(name))
        this.#add('alternative_added', where, WIDER, { after: name });
    }
  }
}

/** Whether the first allows every type that the second does. */
function covers(
  wide: ReadonlySet<string> | undefined,
  narrow: ReadonlySet<string> | undefined,
): boolean {
  if (!wide) return true;
  if (!narrow) return false;
  return [...narrow].every(
    type => wide.has(type) || (type === 'integer' && wide.has('number')),
  );
}

function differ(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size !== b.size || [...a].some(value => !b.has(value));
}

function typesText(types: ReadonlySet<string> | undefined): string {
  return types ? [...types].sort().join(' | ') : '*';
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}
