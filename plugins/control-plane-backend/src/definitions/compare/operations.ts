import type { Book } from './Book.ts';
import { isObject, own, ownList, ownText } from './values.ts';
import type { JsonObject } from './values.ts';

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: unknown;
  /** How a list or an object is written. */
  readonly style: string;
}

/** What is sent, by media type without parameters. */
export type Content = ReadonlyMap<string, unknown>;

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  readonly deprecated: boolean;
  readonly texts: string;
  /** By place and name; those of the path by their order, as callers do not see their names. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly body?: { readonly required: boolean; readonly content: Content };
  /** By status, such as `200`, `4XX` or `DEFAULT`. */
  readonly responses: ReadonlyMap<
    string,
    {
      readonly content: Content;
      readonly headers: ReadonlyMap<string, unknown>;
    }
  >;
  /** Ways to be let in; each a list of what must be shown together. */
  readonly security: readonly (readonly string[])[];
}

const METHODS = 'get put post delete options head patch trace'.split(' ');
/** Parameters of these names mean nothing (OpenAPI 3.0.3 §4.7.12.1). */
const IGNORED_HEADERS = /^(accept|content-type|authorization)$/i;

/** The operations of a definition by method and path, without the names of what the path takes. */
export function operationsOf(book: Book): Map<string, Operation> {
  const found = new Map<string, Operation>();
  const paths = own(book.root, 'paths');
  for (const [path, given] of Object.entries(isObject(paths) ? paths : {})) {
    const item = book.resolve(given);
    for (const method of METHODS) {
      const operation = own(item, method);
      if (!isObject(operation)) continue;
      const shape = `${method} ${path.replace(/\{[^}]*\}/g, '{}')}`;
      const key = found.has(shape) ? `${method} ${path}` : shape;
      found.set(key, readOperation(book, path, method, item, operation));
    }
  }
  return found;
}

function readOperation(
  book: Book,
  path: string,
  method: string,
  item: unknown,
  operation: JsonObject,
): Operation {
  const given = [
    ...ownList(item, 'parameters'),
    ...ownList(operation, 'parameters'),
  ].map(parameter => book.resolve(parameter));
  return {
    method,
    path,
    operationId: ownText(operation, 'operationId'),
    deprecated: own(operation, 'deprecated') === true,
    texts: JSON.stringify([operation.summary, operation.description]),
    parameters: parametersOf(book, path, given),
    body: book.old
      ? oldBody(book, operation, given)
      : bodyOf(book.resolve(own(operation, 'requestBody'))),
    responses: responsesOf(book, operation),
    security: securityOf(book, operation),
  };
}

function parametersOf(
  book: Book,
  path: string,
  given: readonly unknown[],
): Map<string, Parameter> {
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  const parameters = new Map<string, Parameter>();
  for (const parameter of given) {
    const place = ownText(parameter, 'in');
    const name = ownText(parameter, 'name');
    if (place === undefined || name === undefined) continue;
    if (place === 'body' || place === 'formData') continue;
    if (place === 'header' && IGNORED_HEADERS.test(name)) continue;
    const known = place === 'header' ? name.toLowerCase() : name;
    const key = place === 'path' ? String(names.indexOf(name)) : known;
    parameters.set(`${place}.${key}`, {
      name,
      in: place,
      required: own(parameter, 'required') === true,
      schema: schemaOf(book, parameter),
      style: styleOf(parameter, place),
    });
  }
  return parameters;
}

/** Of a parameter or header: in OpenAPI 2.0 it is its own schema, later it has one or a content with one. */
function schemaOf(book: Book, holder: unknown): unknown {
  if (book.old) return holder;
  const content = own(holder, 'content');
  const [first] = isObject(content) ? Object.values(content) : [];
  return own(holder, 'schema') ?? own(first, 'schema') ?? true;
}

const OLD_STYLES: Readonly<Record<string, string>> = {
  multi: 'form exploded',
  ssv: 'spaceDelimited',
  pipes: 'pipeDelimited',
};

function styleOf(parameter: unknown, place: string): string {
  const usual = place === 'query' || place === 'cookie' ? 'form' : 'simple';
  const style = ownText(parameter, 'style');
  const old = OLD_STYLES[ownText(parameter, 'collectionFormat') ?? ''];
  const exploded = own(parameter, 'explode') ?? (style ?? usual) === 'form';
  const isNew = own(parameter, 'schema') !== undefined;
  if (!isNew) return old ?? usual;
  return exploded ? `${style ?? usual} exploded` : style ?? usual;
}

function bodyOf(body: unknown): Operation['body'] {
  if (!isObject(body)) return undefined;
  return {
    required: own(body, 'required') === true,
    content: contentOf(own(body, 'content')),
  };
}

function contentOf(content: unknown): Map<string, unknown> {
  const entries = isObject(content) ? Object.entries(content) : [];
  return new Map(
    entries.map(([type, value]) => [
      mediaType(type),
      own(value, 'schema') ?? true,
    ]),
  );
}

function mediaType(text: string): string {
  return text.split(';')[0].trim().toLowerCase();
}

/** Of OpenAPI 2.0, where the body is among the parameters. */
function oldBody(
  book: Book,
  operation: JsonObject,
  given: readonly unknown[],
): Operation['body'] {
  const body = given.find(parameter => own(parameter, 'in') === 'body');
  const fields = given.filter(parameter => own(parameter, 'in') === 'formData');
  if (body === undefined && fields.length === 0) return undefined;
  const needed = fields.filter(field => own(field, 'required') === true);
  const form = {
    type: 'object',
    properties: Object.fromEntries(
      fields.map(field => [String(own(field, 'name')), field]),
    ),
    required: needed.map(field => own(field, 'name')),
  };
  const schema = body === undefined ? form : own(body, 'schema') ?? true;
  return {
    required: body ? own(body, 'required') === true : needed.length > 0,
    content: oldContent(book, operation, 'consumes', schema),
  };
}

function oldContent(
  book: Book,
  operation: JsonObject,
  list: 'consumes' | 'produces',
  schema: unknown,
): Map<string, unknown> {
  const types = Object.hasOwn(operation, list)
    ? ownList(operation, list)
    : ownList(book.root, list);
  const named = types.length > 0 ? types.map(String) : ['*/*'];
  return new Map(named.map(type => [mediaType(type), schema]));
}

function responsesOf(
  book: Book,
  operation: JsonObject,
): Operation['responses'] {
  const responses = own(operation, 'responses');
  const entries = Object.entries(isObject(responses) ? responses : {});
  return new Map(
    entries
      .filter(([status]) => !status.startsWith('x-'))
      .map(([status, given]) => {
        const response = book.resolve(given);
        const schema = own(response, 'schema');
        const old =
          schema === undefined
            ? new Map<string, unknown>()
            : oldContent(book, operation, 'produces', schema);
        const headers = own(response, 'headers');
        const named = Object.entries(isObject(headers) ? headers : {});
        return [
          status.toUpperCase(),
          {
            content: book.old ? old : contentOf(own(response, 'content')),
            headers: new Map(
              named
                .filter(([name]) => !/^content-type$/i.test(name))
                .map(([name, header]) => [
                  name.toLowerCase(),
                  schemaOf(book, book.resolve(header)),
                ]),
            ),
          },
        ];
      }),
  );
}

function securityOf(book: Book, operation: JsonObject): string[][] {
  const given = Object.hasOwn(operation, 'security')
    ? ownList(operation, 'security')
    : ownList(book.root, 'security');
  if (given.length === 0) return [[]];
  return given.filter(isObject).map(way =>
    Object.keys(way)
      .flatMap(name => {
        const scheme = schemeText(book, name);
        const scopes = ownList(way, name).map(scope => `${scheme} ${scope}`);
        return [scheme, ...scopes];
      })
      .sort(),
  );
}

/** What a scheme asks for, whatever it is called. */
function schemeText(book: Book, name: string): string {
  const schemes = book.old
    ? own(book.root, 'securityDefinitions')
    : own(own(book.root, 'components'), 'securitySchemes');
  const scheme = book.resolve(own(schemes, name));
  const type = ownText(scheme, 'type') ?? name;
  if (type === 'basic') return 'http basic';
  const part =
    type === 'apiKey'
      ? `${ownText(scheme, 'in')} ${ownText(scheme, 'name')}`
      : ownText(scheme, 'scheme')?.toLowerCase();
  return part ? `${type} ${part}` : type;
}
