import { asSchema, Resolve, resolverOf } from '@stoa/plugin-stoa-react';

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
  readonly resolve: Resolve;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/** Reads a parsed document of OpenAPI 2.0, 3.0 or 3.1. */
export function readDocument(root: unknown): ApiDocument {
  const document = asSchema(root);
  const resolve = resolverOf(document);
  const operations = Object.entries(asSchema(document.paths)).flatMap(
    ([path, entry]) => readPath(path, resolve(asSchema(entry)), resolve),
  );
  return { operations, resolve };
}

function readPath(path: string, item: Schema, resolve: Resolve): Operation[] {
  const shared = list(item.parameters);
  return METHODS.filter(method => item[method]).map(method => {
    const operation = asSchema(item[method]);
    const all = [...shared, ...list(operation.parameters)].map(entry =>
      resolve(asSchema(entry)),
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
        ? asSchema(body.schema)
        : contentOf(resolve(asSchema(operation.requestBody))),
      responses: Object.entries(asSchema(operation.responses)).map(
        ([status, entry]) => {
          const answer = resolve(asSchema(entry));
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
    schema: entry.schema ? asSchema(entry.schema) : entry,
  };
}

function contentOf(holder: Schema): Schema | undefined {
  if (holder.schema) return asSchema(holder.schema);
  const media = Object.values(asSchema(holder.content))[0];
  const schema = asSchema(media).schema;
  return schema ? asSchema(schema) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
