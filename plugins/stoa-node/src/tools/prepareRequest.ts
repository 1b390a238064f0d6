import type { ArgumentBinding, RestBinding } from '@stoa/plugin-stoa-common';
import { argumentOf } from './arguments.ts';
import { ArgumentError } from './ArgumentError.ts';
import { isCallerHeader } from './callerHeaders.ts';
import { prepareBody } from './prepareBody.ts';
import { preparePath } from './pathTemplate.ts';
import {
  addPairs,
  encodeStrictly,
  encodeUnreserved,
  expand,
} from './styles.ts';

type Args = Readonly<Record<string, unknown>>;

/** A request to a REST service. */
export interface PreparedRequest {
  /** Upper case. */
  readonly method: string;
  /** Below the backend's URL, with the query: `/customers/7?expand=orders`. */
  readonly path: string;
  /** By name in lower case, `content-type` included. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Makes requests of the arguments of a tool, by the styles of OpenAPI 3.1 §4.8.12.
 * All that depends on the tool alone is done here, once; the result is for the hot
 * path. Nothing in the arguments can lead to another path, add a header or end one.
 * Arguments that are not bound are ignored: judge them by the tool's schema before.
 *
 * Throws an `Error` for a binding that is not sound; the result throws
 * `ArgumentError` for an argument that cannot be sent.
 */
export function prepareRequest(
  binding: RestBinding,
): (args: Args) => PreparedRequest {
  const { method } = binding;
  const all = binding.arguments;
  const path = preparePath(binding.path, all);
  const query = all.filter(a => a.in === 'query');
  const cookies = all.filter(a => a.in === 'cookie');
  const headers = all.filter(a => a.in === 'header').map(prepareHeader);
  const bodyOf = prepareBody(binding);
  return args => {
    const fields: Record<string, string> = {};
    for (const add of headers) add(fields, args);
    if (cookies.length > 0) {
      const pairs = pairsOf(cookies, args);
      if (pairs.length > 0) fields.cookie = pairs.join('; ');
    }
    const pairs = query.length > 0 ? pairsOf(query, args) : [];
    const target = path(args);
    const body = bodyOf?.(args);
    if (body !== undefined && binding.contentType !== undefined) {
      fields['content-type'] = binding.contentType;
    }
    return {
      method,
      path: pairs.length > 0 ? `${target}?${pairs.join('&')}` : target,
      headers: fields,
      body,
    };
  };
}

function pairsOf(bindings: readonly ArgumentBinding[], args: Args): string[] {
  const pairs: string[] = [];
  for (const binding of bindings) {
    const { argument, name, style, allowReserved } = binding;
    const value = argumentOf(args, argument);
    if (value === undefined || value === null) continue;
    const reserved = allowReserved && binding.in === 'query';
    const encode = reserved ? encodeUnreserved : encodeStrictly;
    if (style === 'form') refuseOthers(bindings, binding, value);
    if (style === undefined) {
      const json = encode(JSON.stringify(value));
      pairs.push(`${encodeStrictly(name)}=${json}`);
    } else {
      const explode = binding.explode ?? style === 'form';
      addPairs(pairs, value, { argument, name, style, explode }, encode);
    }
  }
  return pairs;
}

/** The properties of an object become parameters: none may be one that another argument says. */
function refuseOthers(
  bindings: readonly ArgumentBinding[],
  binding: ArgumentBinding,
  value: unknown,
): void {
  const { argument, explode = true } = binding;
  if (!explode || typeof value !== 'object' || Array.isArray(value)) return;
  for (const other of bindings) {
    if (other !== binding && Object.hasOwn(value as object, other.name)) {
      throw new ArgumentError(
        argument,
        `must not have a property "${other.name}", which is another argument`,
      );
    }
  }
}

/** A header takes what is visible in ASCII; anything else could end it, or be read in several ways. */
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;

function prepareHeader(
  binding: ArgumentBinding,
): (fields: Record<string, string>, args: Args) => void {
  const { argument, explode = false, style } = binding;
  if (!isCallerHeader(binding.name)) {
    throw new Error(`Not a header for callers: ${binding.name.slice(0, 100)}`);
  }
  const name = binding.name.toLowerCase();
  return (fields, args) => {
    const value = argumentOf(args, argument);
    if (value === undefined || value === null) return;
    const text =
      style === undefined
        ? asciiJson(value)
        : expand(value, { name, style: 'simple', explode }, part => part);
    if (!FIELD_VALUE.test(text)) {
      throw new ArgumentError(
        argument,
        'must have visible ASCII characters only, as it is sent in a header',
      );
    }
    fields[name] = text.trim();
  };
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
