import { isSchema, Resolve, Schema } from './resolve';

/** One property of an object schema. */
export interface Property {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** Schemas made of each other deeper than this show no properties. */
const MAX_DEPTH = 8;

/** A type in a few words, such as `string (date-time)` or `Customer[]`. */
export function typeName(resolve: Resolve, schema: Schema, depth = 0): string {
  const named =
    typeof schema.$ref === 'string' ? schema.$ref.split('/').pop() : undefined;
  const at = resolve(schema);
  if (isSchema(at.items) && depth < MAX_DEPTH) {
    return `${typeName(resolve, at.items, depth + 1)}[]`;
  }
  if (named) return named;
  for (const key of ['oneOf', 'anyOf'] as const) {
    const options = at[key];
    if (Array.isArray(options) && depth < MAX_DEPTH) {
      return options
        .filter(isSchema)
        .map(option => typeName(resolve, option, depth + 1))
        .join(' | ');
    }
  }
  if ('const' in at) return String(at.const);
  if (Array.isArray(at.enum)) return at.enum.map(String).join(' | ');
  const type = Array.isArray(at.type) ? at.type.join(' | ') : at.type;
  if (typeof type !== 'string') {
    return isSchema(at.properties) || Array.isArray(at.allOf)
      ? 'object'
      : 'any';
  }
  return typeof at.format === 'string' ? `${type} (${at.format})` : type;
}

/** The properties of an object, or of the items of an array, `allOf` merged; none for anything else. */
export function propertiesOf(
  resolve: Resolve,
  schema: Schema,
  depth = 0,
): Property[] {
  const at = resolve(schema);
  if (depth > MAX_DEPTH) return [];
  if (isSchema(at.items)) return propertiesOf(resolve, at.items, depth + 1);
  const required = new Set(Array.isArray(at.required) ? at.required : []);
  const own = Object.entries(isSchema(at.properties) ? at.properties : {})
    .filter((entry): entry is [string, Schema] => isSchema(entry[1]))
    .map(([name, part]) => ({
      name,
      schema: part,
      required: required.has(name),
    }));
  const inherited = (Array.isArray(at.allOf) ? at.allOf : [])
    .filter(isSchema)
    .flatMap(part => propertiesOf(resolve, part, depth + 1));
  return [...inherited, ...own];
}
