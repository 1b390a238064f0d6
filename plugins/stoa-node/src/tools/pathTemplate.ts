import type { ArgumentBinding } from '@stoa/plugin-stoa-common';
import { argumentOf } from './arguments.ts';
import { ArgumentError } from './ArgumentError.ts';
import { asText, encodeStrictly, expand } from './styles.ts';

type Args = Readonly<Record<string, unknown>>;
/** A piece of a segment: as it stands in the template, or made of an argument. */
type Part = string | ((args: Args) => string);

/** A backend must never see these, encoded or not: some decode before they judge. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;
/** Needs no encoding and hides nothing. */
const PLAIN = /^[\w~-]+$/;

/**
 * Makes the path of a template such as `/customers/{id}`. Whatever the arguments
 * are, the result has the template's segments: none more, none less, none empty or
 * `.` or `..` that comes of an argument. Throws `ArgumentError`, and at once a plain
 * `Error` for a template that is no path or names an argument that is not bound.
 */
export function preparePath(
  template: string,
  bindings: readonly ArgumentBinding[],
): (args: Args) => string {
  if (!template.startsWith('/') || /[?#\\]/.test(template)) {
    throw new Error(`Not a path: ${template.slice(0, 200)}`);
  }
  const byName = new Map(
    bindings.filter(b => b.in === 'path').map(b => [b.name, b]),
  );
  const segments = template
    .slice(1)
    .split('/')
    .map(segment => prepareSegment(segment, byName));
  return args => {
    let path = '';
    for (const segment of segments) {
      path += `/${typeof segment === 'string' ? segment : segment(args)}`;
    }
    return path;
  };
}

function prepareSegment(
  segment: string,
  bindings: ReadonlyMap<string, ArgumentBinding>,
): Part {
  // Literal text and names in turn.
  const pieces = segment.split(/\{([^{}]*)\}/);
  const last = pieces
    .filter((_, n) => n % 2 === 1)
    .map(name => bindings.get(name))
    .pop();
  const parts = pieces.map((piece, n): Part => {
    if (n % 2 === 0) return literal(piece);
    const binding = bindings.get(piece);
    if (!binding) throw new Error(`Nothing is bound to {${piece}}`);
    return args => pathValue(args, binding);
  });
  if (!last) {
    if (hasDotSegment(fullyDecoded(parts.join('')))) {
      throw new Error('A path with dot segments');
    }
    return parts.join('');
  }
  return args => {
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : part(args);
    }
    // Encoded, a slash stays within its segment; but some servers decode it, and then follow dots.
    if (hasDotSegment(fullyDecoded(text))) {
      throw new ArgumentError(last.argument, 'must not lead to another path');
    }
    return text;
  };
}

/** What a URL cannot hold is encoded; what is encoded already is left. */
function literal(text: string): string {
  if (/[{}]/.test(text)) throw new Error('A path with unpaired braces');
  return text.replace(/[^\w.~!$&'()*+,;=:@%-]+/g, encodeURIComponent);
}

function pathValue(args: Args, binding: ArgumentBinding): string {
  const { argument, style, explode = false, name } = binding;
  const value = argumentOf(args, argument);
  if (value === undefined || value === null) {
    throw new ArgumentError(argument, 'is required');
  }
  const encode = (text: string) => encodeSegment(argument, text);
  if (style === undefined) return encode(JSON.stringify(value));
  if (style !== 'simple' && style !== 'label' && style !== 'matrix') {
    throw new Error(`A path cannot have the style ${style}`);
  }
  const text = expand(value, { name, style, explode }, encode);
  const empty = typeof value === 'object' ? text : asText(value);
  if (empty === '') throw new ArgumentError(argument, 'must not be empty');
  return text;
}

function encodeSegment(argument: string, text: string): string {
  if (PLAIN.test(text)) return text;
  if (CONTROL.test(fullyDecoded(text))) {
    throw new ArgumentError(argument, 'must not have control characters');
  }
  return encodeStrictly(text);
}

/** With every layer of escapes undone, also of those that make further ones. */
function fullyDecoded(text: string): string {
  let decoded = text;
  for (let before = ''; decoded !== before && decoded.includes('%'); ) {
    before = decoded;
    decoded = decoded.replace(/%([0-7][0-9a-f])/gi, (_, hex) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
  }
  return decoded;
}

/** Whether some server could see `.` or `..` as a segment of this. */
function hasDotSegment(decoded: string): boolean {
  // What follows a semicolon is a parameter of the segment (RFC 3986 §3.3).
  return (
    decoded.includes('.') && /(?:^|[/\\])\.{1,2}(?:[/\\;]|$)/.test(decoded)
  );
}
