import {
  isSchema,
  JsonSchemaNode,
  propertiesOf,
  Resolve,
} from '@stoa/plugin-stoa-react';

/** How a value is entered; `json` is for everything that has no field of its own. */
export type Kind =
  | 'text'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'choice'
  | 'list'
  | 'object'
  | 'json';

/** Schemas that contain themselves are entered as JSON from here on. */
const MAX_DEPTH = 6;

const KIND_OF_TYPE: Readonly<Record<string, Kind>> = {
  string: 'text',
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
};

export function kindOf(
  resolve: Resolve,
  schema: JsonSchemaNode,
  depth: number,
): Kind {
  const at = resolve(schema);
  if (choicesOf(at).length > 0) return 'choice';
  const type = typeOf(at);
  if (type === 'object') {
    return depth < MAX_DEPTH && isPlainObject(resolve, at) ? 'object' : 'json';
  }
  if (type === 'array') {
    return depth < MAX_DEPTH && isSchema(at.items) ? 'list' : 'json';
  }
  return KIND_OF_TYPE[type ?? ''] ?? 'json';
}

/** The values to choose from; none where anything may be entered. */
export function choicesOf(schema: JsonSchemaNode): readonly unknown[] {
  if ('const' in schema) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : [];
}

/** The one type of a schema, `null` aside; nothing where there are several. */
function typeOf({
  type,
  properties,
  allOf,
}: JsonSchemaNode): string | undefined {
  if (type === undefined) return properties || allOf ? 'object' : undefined;
  const types = [type].flat().filter(name => name !== 'null');
  return types.length === 1 ? String(types[0]) : undefined;
}

/** Known properties only, and no choice between several shapes. */
function isPlainObject(resolve: Resolve, schema: JsonSchemaNode): boolean {
  return (
    !schema.oneOf &&
    !schema.anyOf &&
    !isSchema(schema.additionalProperties) &&
    propertiesOf(resolve, schema).length > 0
  );
}
