import type { JsonSchema } from '@stoa/plugin-stoa-common';
import { isObject, own, ownList, ownText, Uncompilable } from '../document.ts';
import type { JsonObject, OpenApiDocument } from '../document.ts';
import { TextCleaner } from '../texts.ts';
import { isNullable, orNull } from './nullable.ts';
import { Reference } from './fragment.ts';
import type { Fragment, Schema } from './fragment.ts';
import {
  isKnownFormat,
  patternFault,
  SCHEMA_KEYWORDS,
  VALUE_KEYWORDS,
} from './keywords.ts';

/** Whether a schema describes what a caller says or what a service answers. */
export type Direction = 'input' | 'output';

/** Deepest nesting of schemas; the same bound as on what comes out. */
export const MAX_SCHEMA_DEPTH = 50;

const SCALARS = new Set(['string', 'number', 'integer', 'boolean']);
const MAX_FORMAT = 100;
/** Items that may be compared each with each. */
const MAX_COMPARED = 100;

class Translation {
  readonly references: string[] = [];
  readonly notes = new Set<string>();
  readonly texts = new TextCleaner();
  branches = 0;
  readonly #properties = new Map<JsonObject, ReadonlyMap<string, unknown>>();
  readonly #document: OpenApiDocument;
  readonly #direction: Direction;

  constructor(document: OpenApiDocument, direction: Direction) {
    this.#document = document;
    this.#direction = direction;
  }

  root(node: unknown): Schema {
    const schema = this.#schema(node, 0);
    return schema instanceof Reference ? { allOf: [schema] } : schema;
  }

  /** `whole`: what the schema is one part of, by `allOf`. */
  #schema(
    node: unknown,
    depth: number,
    whole?: JsonObject,
  ): Schema | Reference {
    if (typeof node === 'boolean') return node;
    if (!isObject(node)) return {};
    if (depth > MAX_SCHEMA_DEPTH) {
      throw new Uncompilable(
        `A schema is nested deeper than ${MAX_SCHEMA_DEPTH} levels.`,
      );
    }
    const ref = own(node, '$ref');
    return typeof ref === 'string'
      ? this.#reference(ref, node, depth)
      : this.#plain(node, depth, whole);
  }

  #reference(ref: string, node: JsonObject, depth: number): Schema | Reference {
    const { $ref: _, ...beside } = node;
    this.#document.at(ref);
    this.references.push(ref);
    // OpenAPI 2.0 and 3.0 know nothing beside a reference, but people write it and mean it.
    const known =
      this.#document.version === '3.1' ? beside : annotationsOf(beside);
    const said = this.#plain(known, depth, node);
    const nullable = isNullable(beside);
    if (!nullable && Object.keys(said).every(isAnnotation)) {
      return new Reference(ref, said);
    }
    const { allOf, ...rest } = said as { allOf?: readonly Schema[] };
    const target = new Reference(ref, {});
    if (nullable) return { ...rest, anyOf: [target, { type: 'null' }] };
    return { ...rest, allOf: [target, ...(allOf ?? [])] };
  }

  #plain(node: JsonObject, depth: number, whole = node): JsonSchema {
    const out: Record<string, unknown> = {};
    for (const key of Object.keys(node)) {
      const value = this.#keyword(key, node[key], depth, whole);
      if (value !== undefined) out[this.#spelled(key, node)] = value;
    }
    this.#addExample(node, out);
    this.#addFormat(node, out);
    boundExclusively(node, out);
    if (out.uniqueItems && !isCheaplyUnique(out)) delete out.uniqueItems;
    this.#withoutUnsaid(whole, out);
    return isNullable(node) ? orNull(out) : out;
  }

  /**
   * An answer with properties that are not described may be of several alternatives;
   * and where a property tells them apart, they need not be so otherwise.
   */
  #spelled(key: string, node: JsonObject): string {
    const open =
      this.#direction === 'output' || own(node, 'discriminator') !== undefined;
    return open && key === 'oneOf' && own(node, 'anyOf') === undefined
      ? 'anyOf'
      : key;
  }

  #keyword(
    key: string,
    value: unknown,
    depth: number,
    whole?: JsonObject,
  ): unknown {
    if (key === 'title') return this.texts.title(value);
    if (key === 'description') return this.texts.text(value);
    if (key === 'pattern') return this.#pattern(value);
    const read = VALUE_KEYWORDS.get(key);
    if (read) return read(value);
    const holds = SCHEMA_KEYWORDS.get(key);
    if (holds === 'list') return this.#list(key, value, depth, whole);
    if (holds === 'map') return this.#map(key, value, depth);
    return holds && this.#one(key, value, depth);
  }

  #pattern(value: unknown): string | undefined {
    if (typeof value !== 'string') return undefined;
    const fault = patternFault(value);
    if (fault) this.notes.add(fault);
    return fault ? undefined : value;
  }

  #one(key: string, value: unknown, depth: number): unknown {
    // An answer may have more than is described today.
    const closes = /^(additional|unevaluated)/.test(key) && value === false;
    if (closes && this.#direction === 'output') return undefined;
    if (typeof value !== 'boolean' && !isObject(value)) return undefined;
    return this.#schema(value, depth + 1);
  }

  #list(
    key: string,
    value: unknown,
    depth: number,
    whole?: JsonObject,
  ): unknown {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    if (key !== 'prefixItems') this.branches += value.length;
    const around = key === 'allOf' ? whole : undefined;
    return value.map(item => this.#schema(item, depth + 1, around));
  }

  #map(key: string, value: unknown, depth: number): unknown {
    if (!isObject(value)) return undefined;
    const out: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      if (name === '__proto__') continue;
      if (key === 'patternProperties' && this.#pattern(name) === undefined) {
        continue;
      }
      if (key === 'properties' && this.#unsaid(value[name])) continue;
      out[name] = this.#schema(value[name], depth + 1);
    }
    return out;
  }

  #addExample(node: JsonObject, out: Record<string, unknown>): void {
    const example = own(node, 'example');
    if (example === undefined || out.examples !== undefined) return;
    const examples = this.#keyword('examples', [example], 0);
    if (examples !== undefined) out.examples = examples;
  }

  /** Formats of somebody's own are told in words. */
  #addFormat(node: JsonObject, out: Record<string, unknown>): void {
    const format = this.texts.text(own(node, 'format'), MAX_FORMAT);
    if (format === undefined || isKnownFormat(format)) return;
    const said = out.description;
    out.description = said ? `${said} (${format})` : `Format: ${format}`;
  }

  #unsaid(property: unknown): boolean {
    return isUnsaid(this.#document, property, this.#direction);
  }

  /** `required` without the properties that are none in this direction, wherever of the whole they stand. */
  #withoutUnsaid(whole: JsonObject, out: Record<string, unknown>): void {
    if (!Array.isArray(out.required)) return;
    const properties = this.#propertiesOf(whole);
    const required = out.required.filter(
      name => !this.#unsaid(properties.get(name)),
    );
    if (required.length > 0) out.required = required;
    else delete out.required;
  }

  /** The properties of a schema and of what it is made of, the nearest of a name. */
  #propertiesOf(whole: JsonObject): ReadonlyMap<string, unknown> {
    const known = this.#properties.get(whole);
    if (known) return known;
    const found = new Map<string, unknown>();
    // Grows while parts have further parts.
    const parts = new Set<unknown>([whole]);
    for (const part of parts) {
      const properties = own(part, 'properties');
      for (const name of Object.keys(isObject(properties) ? properties : {})) {
        if (!found.has(name)) found.set(name, own(properties, name));
      }
      const ref = ownText(part, '$ref');
      if (ref !== undefined) parts.add(this.#document.at(ref));
      for (const inner of ownList(part, 'allOf')) parts.add(inner);
    }
    this.#properties.set(whole, found);
    return found;
  }
}

/**
 * Translates a schema of an OpenAPI document to JSON Schema 2020-12: `nullable`,
 * boolean exclusive bounds and `example` of OpenAPI 2.0 and 3.0 in the words of
 * today, and without the words that only OpenAPI knows. Malformed keywords are left
 * out. Throws `Uncompilable` for references out of the document or to nothing.
 */
export function translate(
  document: OpenApiDocument,
  node: unknown,
  direction: Direction,
): Fragment {
  const translation = new Translation(document, direction);
  const schema = translation.root(node);
  const { references, branches, notes, texts } = translation;
  if (texts.found) {
    notes.add('Hidden characters are taken out of a description.');
  }
  const size = JSON.stringify(schema).length;
  return { schema, references, size, branches, notes: [...notes] };
}

/** Callers do not say what is only read, services do not answer what is only written. */
export function isUnsaid(
  document: OpenApiDocument,
  property: unknown,
  direction: Direction,
): boolean {
  const mark = direction === 'input' ? 'readOnly' : 'writeOnly';
  if (own(property, mark) === true) return true;
  return (
    ownText(property, '$ref') !== undefined &&
    own(document.follow(property), mark) === true
  );
}

/** A reference with nothing beside it but what does not matter to values. */
export function isPlainReference(node: unknown): boolean {
  return (
    isObject(node) &&
    Object.keys(node).every(key => key === '$ref' || isAnnotation(key))
  );
}

function isAnnotation(key: string): boolean {
  return /^(title|description|default|examples|deprecated)$/.test(key);
}

function annotationsOf(node: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(node).filter(([key]) => isAnnotation(key)),
  );
}

/** OpenAPI 2.0 and 3.0: `exclusiveMinimum: true` makes `minimum` exclusive. */
function boundExclusively(
  node: JsonObject,
  out: Record<string, unknown>,
): void {
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ]) {
    if (own(node, exclusive) === true && out[bound] !== undefined) {
      out[exclusive] = out[bound];
      delete out[bound];
    }
  }
}

/** Items that are not scalar are compared each with each, which takes too long for many. */
function isCheaplyUnique({ items, maxItems }: JsonObject): boolean {
  const type = own(items, 'type');
  return (
    (typeof type === 'string' && SCALARS.has(type)) ||
    (typeof maxItems === 'number' && maxItems <= MAX_COMPARED)
  );
}
