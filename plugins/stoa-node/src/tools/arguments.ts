import { ArgumentError } from './ArgumentError.ts';

/** How deep a list or an object of an argument may be nested. */
const MAX_DEPTH = 50;

/** Half a character: it has no encoding in UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The value of an argument: only what the caller said, nothing that objects inherit.
 * Throws `ArgumentError` for what no request should carry.
 */
export function argumentOf(
  args: Readonly<Record<string, unknown>>,
  argument: string,
): unknown {
  if (!Object.hasOwn(args, argument)) return undefined;
  const value = args[argument];
  if (typeof value === 'string') {
    refuseBroken(argument, value);
  } else if (typeof value === 'object' && value !== null) {
    refuseHostile(argument, value, 0);
  }
  return value;
}

function refuseBroken(argument: string, text: string): void {
  if (LONE_SURROGATE.test(text)) {
    throw new ArgumentError(argument, 'must be well-formed Unicode');
  }
}

/**
 * Backends that copy what they get into objects of theirs are changed by the names
 * of prototypes; those that read recursively fall over deep nesting.
 */
function refuseHostile(argument: string, value: object, depth: number): void {
  if (depth >= MAX_DEPTH) {
    throw new ArgumentError(
      argument,
      `is nested deeper than ${MAX_DEPTH} levels`,
    );
  }
  for (const key of Object.keys(value)) {
    refuseBroken(argument, key);
    const item: unknown = (value as Record<string, unknown>)[key];
    const inner = typeof item === 'object' && item !== null;
    if (
      key === '__proto__' ||
      (key === 'constructor' && inner && Object.hasOwn(item, 'prototype'))
    ) {
      throw new ArgumentError(argument, `must not have a property "${key}"`);
    }
    if (inner) refuseHostile(argument, item, depth + 1);
    else if (typeof item === 'string') refuseBroken(argument, item);
  }
}
