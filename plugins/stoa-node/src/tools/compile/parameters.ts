import type { ArgumentBinding } from '@stoa/plugin-stoa-common';
import { isCallerHeader, isIgnoredHeader } from '../callerHeaders.ts';
import { isObject, own, ownList, ownText, shorten } from './document.ts';
import type { JsonObject, OpenApiDocument } from './document.ts';
import type { Operation } from './operations.ts';
import { isUnsaid } from './schemas/translate.ts';

type Place = Exclude<ArgumentBinding['in'], 'body'>;
type Style = NonNullable<ArgumentBinding['style']>;
type How = Pick<ArgumentBinding, 'style' | 'explode' | 'allowReserved'>;

/** A parameter that callers may say. */
export interface Parameter extends How {
  readonly name: string;
  readonly in: Place;
  readonly required: boolean;
  /** Its schema in the words of the document, with its description. */
  readonly schema: JsonObject | boolean;
}

const PLACES: ReadonlySet<string> = new Set([
  'path',
  'query',
  'header',
  'cookie',
]);
const DEFAULT_STYLE: Readonly<Record<Place, Style>> = {
  path: 'simple',
  query: 'form',
  header: 'simple',
  cookie: 'form',
};
const STYLES: Readonly<Record<Place, readonly string[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};
/** OpenAPI 2.0 `collectionFormat`, of the query. */
const COLLECTIONS: Readonly<Record<string, How>> = {
  csv: { style: 'form', explode: false },
  ssv: { style: 'spaceDelimited', explode: false },
  pipes: { style: 'pipeDelimited', explode: false },
  multi: { style: 'form', explode: true },
};

/** Parameters of an operation and of its path, resolved; the operation's own win (OpenAPI 3.1 §4.8.10). */
export function declaredParameters(
  document: OpenApiDocument,
  { node, pathItem }: Operation,
): JsonObject[] {
  const found = new Map<string, JsonObject>();
  for (const given of [
    ...ownList(pathItem, 'parameters'),
    ...ownList(node, 'parameters'),
  ]) {
    const parameter = document.follow(given);
    const name = ownText(parameter, 'name') ?? '';
    found.set(`${ownText(parameter, 'in')} ${name}`, parameter);
  }
  return [...found.values()];
}

/**
 * The parameters in path, query, headers and cookies that callers may say. Left out,
 * with a problem where the service demands them: headers that are the gateway's or
 * carry credentials, parameters of security schemes, and what cannot be sent as described.
 */
export function parametersOf(
  document: OpenApiDocument,
  operation: Operation,
  declared: readonly JsonObject[],
): { parameters: Parameter[]; problems: string[] } {
  const parameters: Parameter[] = [];
  const problems: string[] = [];
  const credentials = credentialsOf(document);
  for (const node of declared) {
    const place = ownText(node, 'in') as Place;
    const name = ownText(node, 'name');
    if (name === undefined || !PLACES.has(place)) continue;
    if (place === 'path' && !operation.target.includes(`{${name}}`)) continue;
    if (place === 'header' && isIgnoredHeader(name)) continue;
    const required = place === 'path' || own(node, 'required') === true;
    const how = howOf(document, node, place);
    const why = whyNot(name, place, how, credentials);
    if (why === undefined && how) {
      const schema = schemaOf(document, node);
      parameters.push({ name, in: place, required, schema, ...how });
    } else if (required) {
      problems.push(`The required parameter "${shorten(name)}" ${why}.`);
    }
  }
  return {
    parameters: [...parameters, ...undeclared(operation, parameters)],
    problems,
  };
}

function whyNot(
  name: string,
  place: Place,
  how: How | undefined,
  credentials: ReadonlySet<string>,
): string | undefined {
  if (credentials.has(credentialKey(place, name))) {
    return 'is a credential, which callers of a tool do not say';
  }
  if (place === 'header' && !isCallerHeader(name)) {
    return 'is a header that callers of a tool may not say';
  }
  return how ? undefined : 'cannot be sent in the way that is described';
}

function credentialKey(place: string, name: string): string {
  return `${place} ${place === 'header' ? name.toLowerCase() : name}`;
}

/** Where the document's security schemes put their keys. */
function credentialsOf(document: OpenApiDocument): ReadonlySet<string> {
  const { root, version } = document;
  const schemes =
    version === '2.0'
      ? own(root, 'securityDefinitions')
      : own(own(root, 'components'), 'securitySchemes');
  const keys = Object.values(isObject(schemes) ? schemes : {})
    .map(scheme => document.follow(scheme))
    .filter(scheme => own(scheme, 'type') === 'apiKey')
    .map(scheme =>
      credentialKey(String(own(scheme, 'in')), String(own(scheme, 'name'))),
    );
  return new Set(keys);
}

/** How it is written; `undefined` where nothing can write it so. */
function howOf(
  document: OpenApiDocument,
  node: JsonObject,
  place: Place,
): How | undefined {
  if (document.version === '2.0') return collection(node, place);
  const content = own(node, 'content');
  if (isObject(content)) {
    const [type = ''] = Object.keys(content);
    if (/^application\/([\w.-]+\+)?json\b/i.test(type)) return {};
    return /^text\//i.test(type) ? { style: DEFAULT_STYLE[place] } : undefined;
  }
  const style = ownText(node, 'style') ?? DEFAULT_STYLE[place];
  if (!STYLES[place].includes(style)) return undefined;
  const explode = own(node, 'explode');
  return {
    style: style as Style,
    explode: typeof explode === 'boolean' ? explode : style === 'form',
    ...(own(node, 'allowReserved') === true &&
      place === 'query' && { allowReserved: true }),
  };
}

function collection(node: JsonObject, place: Place): How | undefined {
  const format = ownText(node, 'collectionFormat') ?? 'csv';
  if (own(node, 'type') !== 'array' || format === 'csv') {
    return { style: DEFAULT_STYLE[place], explode: false };
  }
  return place === 'query' && Object.hasOwn(COLLECTIONS, format)
    ? COLLECTIONS[format]
    : undefined;
}

function schemaOf(
  document: OpenApiDocument,
  node: JsonObject,
): JsonObject | boolean {
  if (document.version === '2.0') return node;
  const content = own(node, 'content');
  const given = isObject(content)
    ? own(Object.values(content)[0], 'schema')
    : own(node, 'schema');
  const schema = sayable(document, isObject(given) ? given : {});
  const description = ownText(node, 'description');
  const example = exampleOf(document, node);
  return {
    ...schema,
    ...(description !== undefined && { description }),
    ...(own(node, 'deprecated') === true && { deprecated: true }),
    ...(example !== undefined &&
      own(schema, 'examples') === undefined && { examples: [example] }),
  };
}

/** A parameter is said by callers, even where its schema is that of a property which is only read. */
function sayable(
  document: OpenApiDocument,
  { readOnly: _, ...schema }: JsonObject,
): JsonObject {
  if (!isUnsaid(document, schema, 'input')) return schema;
  const { $ref, ...beside } = schema;
  return { ...beside, allOf: [{ $ref }, ...ownList(schema, 'allOf')] };
}

function exampleOf(document: OpenApiDocument, node: JsonObject): unknown {
  const example = own(node, 'example');
  if (example !== undefined) return example;
  const examples = own(node, 'examples');
  const [first] = Object.values(isObject(examples) ? examples : {});
  return own(document.follow(first), 'value');
}

/** Names in the path that no parameter describes: they are needed all the same. */
function undeclared(
  { target }: Operation,
  parameters: readonly Parameter[],
): Parameter[] {
  const known = new Set(
    parameters.filter(p => p.in === 'path').map(p => p.name),
  );
  const names = [...target.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name);
  return [...new Set(names)]
    .filter(name => !known.has(name))
    .map(name => ({
      name,
      in: 'path',
      required: true,
      style: 'simple',
      explode: false,
      schema: { type: 'string' },
    }));
}
