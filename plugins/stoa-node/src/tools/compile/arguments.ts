import type { ArgumentBinding, RestBinding } from '@stoa/plugin-stoa-common';
import { createHash } from 'node:crypto';
import type { Body } from './body.ts';
import type { JsonObject } from './document.ts';
import type { Parameter } from './parameters.ts';

/** The arguments of a tool: where each goes, and a schema of all in the words of the document. */
export interface Arguments {
  readonly bindings: readonly ArgumentBinding[];
  readonly bodyArgument?: string;
  readonly schema: JsonObject;
}

/** What hosts of models take as the name of a property. */
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/;
const ORDER = ['path', 'query', 'header', 'cookie'];

/**
 * Names the arguments: parameters by their names, those in the path first; one whose
 * name is taken gets its place added (`id_query`). The properties of the body stand
 * beside them if all of them can, else the body is one argument.
 */
export function argumentsOf(
  parameters: readonly Parameter[],
  body: Body | undefined,
): Arguments {
  const taken = new Set<string>();
  const bindings: ArgumentBinding[] = [];
  const properties: [string, unknown][] = [];
  const required: string[] = [];
  const add = (argument: string, schema: unknown, isRequired: boolean) => {
    taken.add(argument);
    properties.push([argument, schema]);
    if (isRequired) required.push(argument);
  };

  const sorted = [...parameters].sort(
    (a, b) => ORDER.indexOf(a.in) - ORDER.indexOf(b.in),
  );
  for (const { schema, required: isRequired, ...binding } of sorted) {
    const argument = freeName(binding.name, binding.in, taken);
    bindings.push({ argument, ...binding });
    add(argument, schema, isRequired);
  }

  let bodyArgument: string | undefined;
  if (body && mergesInto(body, taken)) {
    for (const {
      name,
      required: isRequired,
      schema,
      ...how
    } of body.properties!) {
      const argument = freeName(name, 'body', taken);
      bindings.push({ argument, in: 'body', name, ...how });
      add(argument, schema, isRequired);
    }
  } else if (body) {
    bodyArgument = freeName('body', 'request', taken);
    add(bodyArgument, body.schema, body.required);
  }
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
  return {
    bindings,
    schema,
    ...(bodyArgument !== undefined && { bodyArgument }),
  };
}

/** How the request is made of them. */
export function bindingOf(
  operation: { readonly method: string; readonly target: string },
  { bindings, bodyArgument }: Arguments,
  body: Body | undefined,
): RestBinding {
  return {
    kind: 'rest',
    method: operation.method,
    path: operation.target,
    arguments: bindings,
    ...(bodyArgument !== undefined && { bodyArgument }),
    ...(body && { contentType: body.contentType }),
    ...(body?.required && { bodyRequired: true }),
  };
}

function mergesInto(body: Body, taken: ReadonlySet<string>): boolean {
  if (!body.properties) return false;
  if (body.schema === undefined) return true;
  const names = body.properties.map(({ name }) => plainName(name));
  return (
    new Set(names).size === names.length && !names.some(name => taken.has(name))
  );
}

function freeName(
  name: string,
  place: string,
  taken: ReadonlySet<string>,
): string {
  const plain = plainName(name);
  if (!taken.has(plain)) return plain;
  const placed = plainName(`${plain}_${place}`);
  let free = placed;
  for (let n = 2; taken.has(free); n++) free = `${placed.slice(0, 60)}_${n}`;
  return free;
}

/** The name, or the nearest one that hosts take: `filter_name` for `filter[name]`. */
function plainName(name: string): string {
  if (NAME.test(name) && name !== '__proto__') return name;
  const plain = name.replace(/[^a-zA-Z0-9_.-]+/g, '_').replace(/^_+|_+$/g, '');
  if (NAME.test(plain)) return plain;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return plain === '' ? `argument_${hash}` : `${plain.slice(0, 55)}_${hash}`;
}
