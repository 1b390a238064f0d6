import type { Book } from './Book.ts';
import { isObject, own, ownList, ownText } from './values.ts';
import type { JsonObject } from './values.ts';

/** What a schema says, whichever OpenAPI version says it. Absent: it says nothing of that. */
export interface SchemaView {
  /** Of JSON Schema; `undefined` means all of them. */
  readonly types?: ReadonlySet<string>;
  /** The only values, as JSON. */
  readonly values?: ReadonlySet<string>;
  readonly properties: ReadonlyMap<string, unknown>;
  readonly required: ReadonlySet<string>;
  /** Of properties that are not named: a schema, or whether there may be any. */
  readonly more: unknown;
  readonly items?: unknown;
  /** Of `oneOf` and `anyOf`, by what tells them apart. */
  readonly alternatives?: ReadonlyMap<string, unknown>;
  readonly limits: ReadonlyMap<string, number>;
  readonly format?: string;
  readonly pattern?: string;
  readonly default?: string;
  readonly readOnly: boolean;
  readonly writeOnly: boolean;
  /** Keywords that are compared as a whole. */
  readonly rest: ReadonlySet<string>;
}

export const LOWER = [
  'minimum',
  'exclusiveMinimum',
  'minLength',
  'minItems',
  'minProperties',
] as const;
export const UPPER = [
  'maximum',
  'exclusiveMaximum',
  'maxLength',
  'maxItems',
  'maxProperties',
] as const;

const REST = [
  'not',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'propertyNames',
  'prefixItems',
  'contains',
  'minContains',
  'maxContains',
  'unevaluatedItems',
  'unevaluatedProperties',
  'multipleOf',
  'uniqueItems',
];

export const ANYTHING: SchemaView = {
  properties: new Map(),
  required: new Set(),
  more: true,
  limits: new Map(),
  readOnly: false,
  writeOnly: false,
  rest: new Set(),
};

export const NOTHING: SchemaView = { ...ANYTHING, types: new Set() };

/** Reads a schema together with what its references and `allOf` add. */
export function viewOf(book: Book, schema: JsonObject): SchemaView {
  const ref = ownText(schema, '$ref');
  const choices = [...ownList(schema, 'oneOf'), ...ownList(schema, 'anyOf')];
  const others = choices.filter(choice => !isNull(book, choice));
  const parts = [
    ...(ref === undefined ? [] : [book.target(ref)]),
    ...ownList(schema, 'allOf'),
    ...(others.length === 1 ? others : []),
  ].map(part => book.view(part));
  const view = parts.reduce<SchemaView>(
    (whole, part) => both(book, whole, part),
    ownView(book, schema, others),
  );
  const nullable =
    own(schema, 'nullable') === true || others.length < choices.length;
  return nullable && view.types
    ? { ...view, types: new Set([...view.types, 'null']) }
    : view;
}

/** "Or null", as OpenAPI 3.1 says what 3.0 says with `nullable`. */
function isNull(book: Book, choice: unknown): boolean {
  return own(book.resolve(choice), 'type') === 'null';
}

/** What the schema says itself. */
function ownView(
  book: Book,
  schema: JsonObject,
  choices: readonly unknown[],
): SchemaView {
  const properties = own(schema, 'properties');
  const values = 'const' in schema ? [schema.const] : own(schema, 'enum');
  return {
    types: typesOf(schema),
    values: Array.isArray(values)
      ? new Set(values.map(value => JSON.stringify(value)))
      : undefined,
    properties: new Map(isObject(properties) ? Object.entries(properties) : []),
    required: new Set(ownList(schema, 'required').map(String)),
    more: own(schema, 'additionalProperties') ?? true,
    items: own(schema, 'items'),
    alternatives: choices.length > 1 ? alternativesOf(choices) : undefined,
    limits: limitsOf(schema),
    format: ownText(schema, 'format'),
    pattern: ownText(schema, 'pattern'),
    default: 'default' in schema ? JSON.stringify(schema.default) : undefined,
    readOnly: own(schema, 'readOnly') === true,
    writeOnly: own(schema, 'writeOnly') === true,
    rest: new Set(
      REST.filter(key => Object.hasOwn(schema, key)).map(
        key => `${key}:${book.print(schema[key])}`,
      ),
    ),
  };
}

function typesOf(schema: object): ReadonlySet<string> | undefined {
  const type = own(schema, 'type');
  if (typeof type === 'string') return new Set([type]);
  return Array.isArray(type) ? new Set(type.map(String)) : undefined;
}

/** By reference or title; by their place among those that have neither. */
function alternativesOf(choices: readonly unknown[]): Map<string, unknown> {
  let unnamed = 0;
  return new Map(
    choices.map(choice => {
      const name = ownText(choice, '$ref') ?? ownText(choice, 'title');
      if (name === undefined) unnamed += 1;
      return [name?.split('/').pop() ?? String(unnamed), choice];
    }),
  );
}

/** Exclusive bounds as numbers, as they are since OpenAPI 3.1. */
function limitsOf(schema: object): Map<string, number> {
  const limits = new Map<string, number>();
  for (const key of [...LOWER, ...UPPER]) {
    const value = own(schema, key);
    if (typeof value === 'number') limits.set(key, value);
  }
  for (const end of ['Minimum', 'Maximum']) {
    const bound = end.toLowerCase();
    const value = limits.get(bound);
    if (own(schema, `exclusive${end}`) !== true || value === undefined)
      continue;
    limits.set(`exclusive${end}`, value);
    limits.delete(bound);
  }
  return limits;
}

/** What satisfies both. */
function both(book: Book, a: SchemaView, b: SchemaView): SchemaView {
  const properties = new Map(a.properties);
  for (const [name, schema] of b.properties)
    properties.set(name, allOf(properties.get(name), schema));
  const limits = new Map(a.limits);
  for (const [key, value] of b.limits) {
    const other = limits.get(key) ?? value;
    const lower = (LOWER as readonly string[]).includes(key);
    limits.set(key, lower ? Math.max(other, value) : Math.min(other, value));
  }
  const second = a.alternatives && b.alternatives;
  return {
    types: common(a.types, b.types),
    values: common(a.values, b.values),
    properties,
    required: new Set([...a.required, ...b.required]),
    more: a.more === true ? b.more : a.more,
    items: allOf(a.items, b.items),
    alternatives: a.alternatives ?? b.alternatives,
    limits,
    format: a.format ?? b.format,
    pattern: a.pattern ?? b.pattern,
    default: a.default ?? b.default,
    readOnly: a.readOnly || b.readOnly,
    writeOnly: a.writeOnly || b.writeOnly,
    rest: new Set([
      ...a.rest,
      ...b.rest,
      ...(second ? [book.print([...second.values()])] : []),
    ]),
  };
}

function allOf(a: unknown, b: unknown): unknown {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  return { allOf: [a, b] };
}

function common(
  a: ReadonlySet<string> | undefined,
  b: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  if (!a || !b) return a ?? b;
  return new Set([...a].filter(value => b.has(value)));
}
