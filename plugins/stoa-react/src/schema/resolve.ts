/** A JSON Schema as it stands in its document, references unresolved. */
export type Schema = Readonly<Record<string, unknown>>;

/** Follows a local `$ref`; anything that leads nowhere is an empty schema. */
export type Resolve = (schema: Schema) => Schema;

/** References that point at each other end here. */
const MAX_HOPS = 32;

/** Resolves references inside one document; other documents are not fetched. */
export function resolverOf(root: Schema): Resolve {
  return schema => {
    let at = schema;
    for (let hop = 0; typeof at.$ref === 'string' && hop < MAX_HOPS; hop++) {
      at = asSchema(pointer(root, at.$ref));
    }
    return at;
  };
}

/** The value as a schema; what is none becomes an empty one. */
export function asSchema(value: unknown): Schema {
  return isSchema(value) ? value : {};
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 6901 in a URI fragment. */
function pointer(root: Schema, ref: string): unknown {
  if (!ref.startsWith('#/')) return undefined;
  return ref
    .slice(2)
    .split('/')
    .map(part =>
      decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~'),
    )
    .reduce<unknown>((at, part) => asSchema(at)[part], root);
}
