import type { JsonSchema } from '@stoa/plugin-stoa-common';
import { own } from '../document.ts';
import type { JsonObject } from '../document.ts';

/** OpenAPI 3.0 `nullable`, and what 2.0 has in its place. */
export function isNullable(node: JsonObject): boolean {
  return own(node, 'nullable') === true || own(node, 'x-nullable') === true;
}

/** The schema, or null beside what it describes. */
export function orNull(schema: Record<string, unknown>): JsonSchema {
  const { type } = schema;
  const composed = ['allOf', 'anyOf', 'oneOf', 'not', 'const'].some(
    key => schema[key] !== undefined,
  );
  if (!composed && typeof type === 'string') {
    const values = schema.enum as readonly unknown[] | undefined;
    const orEnum = values && { enum: [...new Set([...values, null])] };
    return {
      ...schema,
      type: type === 'null' ? type : [type, 'null'],
      ...orEnum,
    };
  }
  if (!composed && type === undefined && schema.enum === undefined) {
    return schema;
  }
  const { title, description, ...rest } = schema;
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    anyOf: [rest, { type: 'null' }],
  };
}
