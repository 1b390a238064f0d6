import { Schema } from './resolve';

const KEYWORDS = [
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'pattern',
] as const;

/** What a schema demands beyond its type. */
export interface Constraint {
  readonly key: 'default' | (typeof KEYWORDS)[number];
  readonly value: string | number;
}

export function constraintsOf(schema: Schema): Constraint[] {
  const found: Constraint[] = KEYWORDS.flatMap(key => {
    const value = schema[key];
    // A least length of nothing demands nothing.
    const says =
      typeof value === 'number' ? value !== 0 || isBound(key) : value;
    return says && (typeof value === 'number' || typeof value === 'string')
      ? [{ key, value }]
      : [];
  });
  return schema.default === undefined
    ? found
    : [...found, { key: 'default', value: JSON.stringify(schema.default) }];
}

function isBound(key: (typeof KEYWORDS)[number]): boolean {
  return /imum$/i.test(key);
}
