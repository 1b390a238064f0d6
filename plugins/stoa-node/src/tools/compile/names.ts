import { createHash } from 'node:crypto';
import type { Operation } from './operations.ts';
import type { ToolProblem, ToolSelection } from './types.ts';

/** `TOOL_NAME_MAX`; this file is loaded where only types of other packages can be. */
const MAX_LENGTH = 64;
const HASH_LENGTH = 8;
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * The names of all operations of a document, by key. A name depends on the document
 * and on what is said of that very operation, not on which others are selected: so it
 * does not change under a client when another tool comes or goes. Where two come out
 * alike, the later one gets a hash of what it is.
 */
export function namesOf(
  operations: readonly Operation[],
  selection: ToolSelection,
): { names: ReadonlyMap<string, string>; problems: ToolProblem[] } {
  const { prefix = '', suffix = '' } = selection.naming ?? {};
  const problems: ToolProblem[] = [];
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const keys = new Set(operations.map(({ key }) => key));

  for (const { operation, name } of selection.overrides ?? []) {
    if (name === undefined || !keys.has(operation)) continue;
    if (!NAME.test(name) || taken.has(name)) {
      const message = taken.has(name)
        ? `Another tool has the name "${name}" already.`
        : `"${name.slice(0, 80)}" is no name of a tool.`;
      problems.push({ operation, message });
      continue;
    }
    names.set(operation, name);
    taken.add(name);
  }
  for (const operation of operations) {
    const { key, method, path } = operation;
    if (names.has(key)) continue;
    const whole = sanitized(prefix + ownName(operation) + suffix);
    const wanted = whole.length > MAX_LENGTH ? hashed(whole, whole) : whole;
    const name = taken.has(wanted)
      ? hashed(whole, `${method} ${path}`)
      : wanted;
    if (name !== wanted) {
      const message = `Another operation has the name "${wanted}" already; this one is called "${name}".`;
      problems.push({ operation: key, message });
    }
    names.set(key, name);
    taken.add(name);
  }
  return { names, problems };
}

function ownName({ id, method, path }: Operation): string {
  const fromId = sanitized(id ?? '') === id ? id : trimmed(id ?? '');
  if (fromId !== '') return fromId;
  const words = path.replace(/\{([^{}]*)\}/g, '/by_$1/');
  return trimmed(`${method.toLowerCase()}_${words}`);
}

function sanitized(text: string): string {
  return text.replace(/[^a-zA-Z0-9_-]+/g, '_');
}

function trimmed(text: string): string {
  return sanitized(text)
    .replace(/_{2,}/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '');
}

/** Cut to length, with the beginning of a SHA-256 that tells it from others. */
function hashed(text: string, identity: string): string {
  const hash = createHash('sha256').update(identity).digest('hex');
  const kept = text.slice(0, MAX_LENGTH - HASH_LENGTH - 1);
  return `${kept}_${hash.slice(0, HASH_LENGTH)}`;
}
