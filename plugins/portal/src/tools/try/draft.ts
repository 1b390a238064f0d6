import {
  asSchema,
  isSchema,
  JsonSchemaNode,
  propertiesOf,
  Resolve,
} from '@stoa/plugin-stoa-react';
import { choicesOf, kindOf } from './kinds';

/**
 * What is in the form: texts for whatever is typed, `undefined` for what is
 * left out. Numbers stay texts until they are sent, so that half of one is kept.
 */
export type Draft =
  | undefined
  | string
  | boolean
  | readonly Draft[]
  | DraftObject;
export type DraftObject = { readonly [name: string]: Draft };

/** What is wrong with an entry, and where. */
export interface Wrong {
  /** Property names and list positions, joined by dots. */
  readonly at: string;
  readonly what: 'required' | 'number' | 'integer' | 'json';
}

const INDENT = 2;

export function pathTo(at: string, name: string | number): string {
  return at ? `${at}.${name}` : String(name);
}

/** The arguments that a form stands for, and what keeps it from being sent. */
export function valueOf(
  resolve: Resolve,
  schema: JsonSchemaNode,
  draft: Draft,
): { readonly value: unknown; readonly wrong: readonly Wrong[] } {
  const wrong: Wrong[] = [];
  const value = read(schema, draft, { at: '', required: true, depth: 0 });
  return { value, wrong };

  function read(part: JsonSchemaNode, entry: Draft, where: Where): unknown {
    const { at, required, depth } = where;
    const report = (what: Wrong['what']) => void wrong.push({ at, what });
    const inside = (name: string | number, isRequired: boolean) => ({
      at: pathTo(at, name),
      required: isRequired,
      depth: depth + 1,
    });
    const kind = kindOf(resolve, part, depth);
    const leftOut = entry === undefined || entry === '';
    if (leftOut && !required) return undefined;
    if (kind === 'list') {
      const items = asSchema(resolve(part).items);
      return listOf(entry).map((one, n) => read(items, one, inside(n, true)));
    }
    if (kind === 'object') {
      const entries = propertiesOf(resolve, part).map(
        ({ name, ...property }) => [
          name,
          read(
            property.schema,
            objectOf(entry)[name],
            inside(name, property.required),
          ),
        ],
      );
      return Object.fromEntries(entries.filter(([, v]) => v !== undefined));
    }
    if (leftOut) return report('required');
    if (kind === 'choice') return choicesOf(resolve(part))[Number(entry)];
    if (kind === 'number' || kind === 'integer') {
      const number = Number(entry);
      if (!Number.isFinite(number)) return report('number');
      const broken = kind === 'integer' && !Number.isInteger(number);
      return broken ? report('integer') : number;
    }
    if (kind !== 'json') return entry;
    try {
      return JSON.parse(String(entry));
    } catch {
      return report('json');
    }
  }
}

interface Where {
  readonly at: string;
  readonly required: boolean;
  readonly depth: number;
}

/** The form that stands for a value; what its schema has no field for is left out. */
export function draftOf(
  resolve: Resolve,
  schema: JsonSchemaNode,
  value: unknown,
  depth = 0,
): Draft {
  if (value === undefined) return undefined;
  const kind = kindOf(resolve, schema, depth);
  if (kind === 'choice') {
    const wanted = JSON.stringify(value);
    const index = choicesOf(resolve(schema)).findIndex(
      choice => JSON.stringify(choice) === wanted,
    );
    return index < 0 ? undefined : String(index);
  }
  if (kind === 'list') {
    if (!Array.isArray(value)) return undefined;
    const items = asSchema(resolve(schema).items);
    return value.map(entry => draftOf(resolve, items, entry, depth + 1));
  }
  if (kind === 'object') {
    if (!isSchema(value)) return undefined;
    return Object.fromEntries(
      propertiesOf(resolve, schema)
        .filter(({ name }) => Object.hasOwn(value, name))
        .map(({ name, schema: part }) => [
          name,
          draftOf(resolve, part, value[name], depth + 1),
        ]),
    );
  }
  if (kind === 'json') return JSON.stringify(value, null, INDENT);
  if (kind === 'boolean') return typeof value === 'boolean' ? value : undefined;
  const fits = kind === 'text' ? 'string' : 'number';
  return typeof value === fits ? String(value) : undefined;
}

export function listOf(draft: Draft): readonly Draft[] {
  return Array.isArray(draft) ? draft : [];
}

export function objectOf(draft: Draft): DraftObject {
  return typeof draft === 'object' && !Array.isArray(draft)
    ? (draft as DraftObject)
    : {};
}
