import type { ArgumentBinding, RestBinding } from '@stoa/plugin-stoa-common';
import { argumentOf } from './arguments.ts';
import { ArgumentError } from './ArgumentError.ts';
import { addPairs, asText, encodeStrictly } from './styles.ts';

type Args = Readonly<Record<string, unknown>>;

const TEXT = /^text\//i;
const FORM = /^application\/x-www-form-urlencoded\b/i;

/**
 * Makes the body of a request of its arguments: JSON, a form, or a text as it is.
 * `undefined` for tools without a body; the result answers `undefined` when none of
 * the arguments is there and the body may be left out.
 */
export function prepareBody(
  binding: RestBinding,
): ((args: Args) => string | undefined) | undefined {
  const { bodyArgument, contentType, bodyRequired } = binding;
  const properties = binding.arguments.filter(a => a.in === 'body');
  if (contentType === undefined) return undefined;
  const form = FORM.test(contentType);
  if (bodyArgument !== undefined) {
    return args => {
      const value = argumentOf(args, bodyArgument);
      if (value === undefined) return undefined;
      if (form) return wholeForm(bodyArgument, value);
      return TEXT.test(contentType) ? asText(value) : JSON.stringify(value);
    };
  }
  if (form) {
    return args => {
      const pairs: string[] = [];
      for (const property of properties) addFormPairs(pairs, property, args);
      return pairs.length > 0 || bodyRequired ? pairs.join('&') : undefined;
    };
  }
  return args => {
    // Without a prototype, so that every name is a property like another.
    const body: Record<string, unknown> = Object.create(null);
    let empty = true;
    for (const { argument, name } of properties) {
      const value = argumentOf(args, argument);
      if (value === undefined) continue;
      body[name] = value;
      empty = false;
    }
    return empty && !bodyRequired ? undefined : JSON.stringify(body);
  };
}

function wholeForm(argument: string, value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ArgumentError(argument, 'must be an object');
  }
  const pairs: string[] = [];
  const args = value as Args;
  for (const name of Object.keys(args)) {
    addFormPairs(pairs, { argument: name, name, in: 'body' }, args);
  }
  return pairs.join('&');
}

/** Without a style of its own (OpenAPI's `encoding`), a list is repeated and an object sent as JSON. */
function addFormPairs(
  pairs: string[],
  { argument, name, style, explode = true }: ArgumentBinding,
  args: Args,
): void {
  const given = argumentOf(args, argument);
  if (given === undefined || given === null) return;
  const plain =
    style === undefined && typeof given === 'object' && !Array.isArray(given);
  const value = plain ? JSON.stringify(given) : given;
  const how = { argument, name, style: style ?? 'form', explode };
  addPairs(pairs, value, how, encodeStrictly);
}
