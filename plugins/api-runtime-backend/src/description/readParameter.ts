import { DescribedParameter } from '@stoa/plugin-stoa-node';
import { JsonSchema } from '@stoa/plugin-stoa-common';

type Value = string | readonly string[] | Record<string, string>;
type Pairs = readonly (readonly [string, string])[];

/** What a call says of parameters, as it came. */
export interface Said {
  /** Of the path, encoded. */
  readonly path: ReadonlyMap<string, string>;
  /** Of the query, encoded, in their order. */
  readonly query: Pairs;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Why a parameter cannot be read. */
export class Unreadable extends Error {}

const MAX_FOLLOWED = 20;
const DELIMITERS: Readonly<Record<string, RegExp>> = {
  spaceDelimited: /%20|\+/,
  pipeDelimited: /%7C|\|/i,
};

/**
 * The value of a parameter in the style that the definition gives (OpenAPI 3.1
 * §4.8.12), all of its parts texts; undefined where it is not said. Throws `Unreadable`.
 */
export function readParameter(
  parameter: DescribedParameter,
  said: Said,
): unknown {
  const { name, in: place, style } = parameter;
  if (place === 'query') return fromQuery(parameter, said.query);
  if (place === 'header') {
    const value = said.headers[name.toLowerCase()];
    const text = Array.isArray(value) ? value.join(', ') : value;
    if (text === undefined || style === undefined) return json(text, identity);
    return fromList(parameter, text, { parts: /\s*,\s*/, decode: identity });
  }
  const text = said.path.get(name);
  if (text === undefined || style === undefined) return json(text, decoded);
  return fromPath(parameter, text);
}

function fromPath(parameter: DescribedParameter, text: string): Value {
  const { name, style, explode } = parameter;
  if (style === 'label') {
    const parts = explode ? /\./ : /,/;
    return fromList(parameter, text.replace(/^\./, ''), { parts });
  }
  if (style === 'matrix') {
    const each = text.split(';').slice(1);
    const own = each.map(part => part.replace(`${name}=`, ''));
    return explode
      ? fromParts(
          parameter,
          kindOf(parameter.schema) === 'object' ? each : own,
          decoded,
        )
      : fromList(parameter, own[0] ?? '', { parts: /,/ });
  }
  return fromList(parameter, text, { parts: /,/ });
}

function fromQuery(parameter: DescribedParameter, query: Pairs): unknown {
  const { name, style, explode, schema } = parameter;
  const kind = kindOf(schema);
  if (style === 'deepObject' && kind === 'object') return deep(name, query);
  if (kind === 'object' && explode && style === 'form') {
    return ofProperties(schema, query);
  }
  const own = query.filter(([key]) => decoded(key) === name).map(([, v]) => v);
  if (own.length === 0) return undefined;
  if (kind === 'array' && (explode || style === 'deepObject')) {
    return own.map(decoded);
  }
  if (own.length > 1) throw new Unreadable('is there more than once');
  if (style === undefined) return json(own[0], decoded);
  const parts = DELIMITERS[style] ?? /,/;
  return fromList({ ...parameter, explode: false }, own[0], { parts });
}

function fromList(
  parameter: DescribedParameter,
  text: string,
  how: { parts: RegExp; decode?: (text: string) => string },
): Value {
  const { parts, decode = decoded } = how;
  if (kindOf(parameter.schema) === 'scalar') return decode(text);
  return fromParts(parameter, text.split(parts), decode);
}

/** Items, `name=value` each, or names and values in turn. */
function fromParts(
  { schema, explode }: DescribedParameter,
  parts: readonly string[],
  decode: (text: string) => string,
): Value {
  const kind = kindOf(schema);
  if (kind === 'scalar') return decode(parts[0] ?? '');
  if (kind === 'array') return parts.map(decode);
  const pairs: [string, string][] = explode
    ? parts.map(part => {
        const cut = part.indexOf('=');
        return cut < 0 ? [part, ''] : [part.slice(0, cut), part.slice(cut + 1)];
      })
    : parts.flatMap((part, n) =>
        n % 2 ? [] : [[part, parts[n + 1] ?? ''] as [string, string]],
      );
  return objectOf(pairs.map(([key, value]) => [decode(key), decode(value)]));
}

function deep(name: string, query: Pairs): Value | undefined {
  const found = query.flatMap(([key, value]) => {
    const plain = decoded(key);
    const isOwn = plain.startsWith(`${name}[`) && plain.endsWith(']');
    return isOwn
      ? [[plain.slice(name.length + 1, -1), decoded(value)] as const]
      : [];
  });
  return found.length > 0 ? objectOf(found) : undefined;
}

/** Each property is a parameter of its own. */
function ofProperties(schema: JsonSchema, query: Pairs): Value | undefined {
  const names = Object.keys(Object(schemaWith(schema, 'properties')));
  const found = query
    .map(([key, value]) => [decoded(key), decoded(value)] as const)
    .filter(([key]) => names.includes(key));
  return found.length > 0 ? objectOf(found) : undefined;
}

function objectOf(pairs: Pairs): Record<string, string> {
  if (new Set(pairs.map(([key]) => key)).size < pairs.length) {
    throw new Unreadable('has a property more than once');
  }
  return Object.fromEntries(pairs);
}

function json(
  text: string | undefined,
  decode: (text: string) => string,
): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(decode(text));
  } catch {
    throw new Unreadable('is no JSON');
  }
}

function identity(text: string): string {
  return text;
}

/** `+` stands for a space, as forms write it. Throws `Unreadable`. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Unreadable('is not percent-encoded as it should be');
  }
}

/** Which of the three the values of a schema are; a scalar where it does not say. */
function kindOf(schema: JsonSchema): 'array' | 'object' | 'scalar' {
  const types = [schemaWith(schema, 'type')].flat();
  if (types.includes('array')) return 'array';
  if (types.includes('object')) return 'object';
  return schemaWith(schema, 'properties') === undefined ? 'scalar' : 'object';
}

/** A keyword of a schema, or of what it refers to or is made of. */
function schemaWith(schema: JsonSchema, keyword: string): unknown {
  const definitions = Object(schema.$defs) as Record<string, unknown>;
  const queue: unknown[] = [schema];
  for (let n = 0; n < queue.length && n < MAX_FOLLOWED; n++) {
    const node = Object(queue[n]) as Record<string, unknown>;
    if (node[keyword] !== undefined) return node[keyword];
    if (typeof node.$ref === 'string')
      queue.push(definitions[node.$ref.replace('#/$defs/', '')]);
    for (const key of ['allOf', 'anyOf', 'oneOf'])
      queue.push(...(Array.isArray(node[key]) ? node[key] : []));
  }
  return undefined;
}
