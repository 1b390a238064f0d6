import { ApiDocument, Schema } from './document';

/** The parts of an object schema, references resolved one step and `allOf` merged. */
export interface Property {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** A type in a few words, such as `string (date-time)` or `Customer[]`. */
export function typeName(document: ApiDocument, schema: Schema): string {
  const named =
    typeof schema.$ref === 'string' ? schema.$ref.split('/').pop() : undefined;
  const at = document.resolve(schema);
  if (isSchema(at.items)) return `${typeName(document, at.items)}[]`;
  if (named) return named;
  for (const key of ['oneOf', 'anyOf'] as const) {
    const options = at[key];
    if (Array.isArray(options)) {
      return options
        .filter(isSchema)
        .map(option => typeName(document, option))
        .join(' | ');
    }
  }
  if (Array.isArray(at.enum)) return at.enum.map(String).join(' | ');
  const type = Array.isArray(at.type) ? at.type.join(' | ') : at.type;
  if (typeof type !== 'string') {
    return isSchema(at.properties) || Array.isArray(at.allOf)
      ? 'object'
      : 'any';
  }
  return typeof at.format === 'string' ? `${type} (${at.format})` : type;
}

/** The properties of an object, or of the items of an array; none for anything else. */
export function propertiesOf(
  document: ApiDocument,
  schema: Schema,
  depth = 0,
): Property[] {
  const at = document.resolve(schema);
  if (depth > 8) return [];
  if (isSchema(at.items)) return propertiesOf(document, at.items, depth + 1);
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
    .flatMap(part => propertiesOf(document, part, depth + 1));
  return [...inherited, ...own];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
