/** What the reference needs of an OpenAPI or Swagger document; the rest is left alone. */
export interface Operation {
  /** Method and path; unique in a document. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly tag?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated: boolean;
  readonly parameters: readonly Parameter[];
  readonly body?: Schema;
  readonly responses: readonly Answer[];
}
export interface Parameter {
  readonly name: string;
  readonly where: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}
export interface Answer {
  readonly status: string;
  readonly description?: string;
  readonly schema?: Schema;
}
/** A JSON schema as it stands in the document, references unresolved. */
export type Schema = Readonly<Record<string, unknown>>;

export interface ApiDocument {
  readonly operations: readonly Operation[];
  /** Follows a local `$ref`; anything that leads nowhere is an empty schema. */
  readonly resolve: (schema: Schema) => Schema;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];
/** References that point at each other end here. */
const MAX_HOPS = 32;

/** Reads a parsed document of OpenAPI 2.0, 3.0 or 3.1. */
export function readDocument(root: unknown): ApiDocument {
  const document = object(root);
  const resolve = (schema: Schema): Schema => {
    let at = schema;
    for (let hop = 0; typeof at.$ref === 'string' && hop < MAX_HOPS; hop++) {
      at = object(pointer(document, at.$ref));
    }
    return at;
  };
  const operations = Object.entries(object(document.paths)).flatMap(
    ([path, entry]) => readPath(path, resolve(object(entry)), resolve),
  );
  return { operations, resolve };
}

function readPath(
  path: string,
  item: Schema,
  resolve: (schema: Schema) => Schema,
): Operation[] {
  const shared = list(item.parameters);
  return METHODS.filter(method => item[method]).map(method => {
    const operation = object(item[method]);
    const all = [...shared, ...list(operation.parameters)].map(entry =>
      resolve(object(entry)),
    );
    const body = all.find(entry => entry.in === 'body');
    return {
      id: `${method} ${path}`,
      method,
      path,
      tag: text(list(operation.tags)[0]),
      summary: text(operation.summary),
      description: text(operation.description),
      deprecated: operation.deprecated === true,
      parameters: all.filter(entry => entry !== body).map(readParameter),
      body: body
        ? object(body.schema)
        : contentOf(resolve(object(operation.requestBody))),
      responses: Object.entries(object(operation.responses)).map(
        ([status, entry]) => {
          const answer = resolve(object(entry));
          return {
            status,
            description: text(answer.description),
            schema: contentOf(answer),
          };
        },
      ),
    };
  });
}

function readParameter(entry: Schema): Parameter {
  return {
    name: text(entry.name) ?? '',
    where: text(entry.in) ?? '',
    required: entry.required === true,
    description: text(entry.description),
    // Swagger 2.0 has the type on the parameter itself.
    schema: entry.schema ? object(entry.schema) : entry,
  };
}

function contentOf(holder: Schema): Schema | undefined {
  if (holder.schema) return object(holder.schema);
  const media = Object.values(object(holder.content))[0];
  const schema = object(media).schema;
  return schema ? object(schema) : undefined;
}

/** RFC 6901 inside the document; other documents are not fetched. */
function pointer(root: Schema, ref: string): unknown {
  if (!ref.startsWith('#/')) return undefined;
  return ref
    .slice(2)
    .split('/')
    .map(part =>
      decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~'),
    )
    .reduce<unknown>((at, part) => object(at)[part], root);
}

function object(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Schema)
    : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
