import {
  isToolName,
  JsonSchema,
  ToolDefinition,
} from '@stoa/plugin-stoa-common';
import { hides, TextCleaner } from '@stoa/plugin-stoa-node';
import { createHash } from 'node:crypto';

/** A tool as its server describes it, fit to be shown to people and models, with the hash that pins it. */
export interface PinnedDefinition extends ToolDefinition {
  /** SHA-256 in hex of the definition, whatever the order of its members. */
  readonly hash: string;
}

/** Of one schema, in characters of JSON. */
const SCHEMA_MAX = 64 * 1024;
const MAX_DEPTH = 50;

/** Keywords whose text is for reading. */
const TEXTS: ReadonlySet<string> = new Set([
  'title',
  'description',
  '$comment',
]);
const HINTS = [
  'readOnlyHint',
  'destructiveHint',
  'idempotentHint',
  'openWorldHint',
] as const;

/** Why a tool cannot be offered. */
export class UnfitTool extends Error {}

/**
 * What of a tool's description may be kept. Throws `UnfitTool` for a name that hosts
 * do not take, for a schema that is none of an object, too large, too deep, or that
 * points out of itself, and for text that nobody sees where it cannot be taken out.
 */
export function definitionOf(said: {
  readonly name: string;
  readonly [field: string]: unknown;
}): PinnedDefinition {
  const { name } = said;
  if (!isToolName(name))
    throw new UnfitTool('the name must be of ^[a-zA-Z0-9_-]{1,64}$');
  const texts = new TextCleaner();
  const annotations = annotationsOf(said.annotations, texts);
  const title = texts.title(said.title);
  const definition: ToolDefinition = {
    name,
    ...(title !== undefined && { title }),
    description: texts.text(said.description) ?? title ?? name,
    inputSchema: schemaOf(said.inputSchema, texts),
    ...(said.outputSchema !== undefined && {
      outputSchema: schemaOf(said.outputSchema, texts),
    }),
    ...(annotations && { annotations }),
  };
  return { ...definition, hash: hashOf(definition) };
}

/** SHA-256 in hex over a value's JSON with the members of objects in order. */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(ordered(value)))
    .digest('hex');
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  // Without a prototype: a member may have any name.
  const copy = Object.create(null);
  for (const [key, member] of members) copy[key] = ordered(member);
  return copy;
}

function annotationsOf(
  said: unknown,
  texts: TextCleaner,
): ToolDefinition['annotations'] {
  if (typeof said !== 'object' || said === null) return undefined;
  const all = said as Record<string, unknown>;
  const title = texts.title(all.title);
  const hints = HINTS.filter(hint => typeof all[hint] === 'boolean').map(
    hint => [hint, all[hint]],
  );
  const kept = {
    ...(title !== undefined && { title }),
    ...Object.fromEntries(hints),
  };
  return Object.keys(kept).length > 0 ? kept : undefined;
}

function schemaOf(said: unknown, texts: TextCleaner): JsonSchema {
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    throw new UnfitTool('a schema must be an object');
  const schema = said as JsonSchema;
  if (schema.type !== 'object')
    throw new UnfitTool('a schema must be of the type object');
  const clean = cleaned(schema, texts, 0) as JsonSchema;
  if (JSON.stringify(clean).length > SCHEMA_MAX)
    throw new UnfitTool(`a schema is longer than ${SCHEMA_MAX} characters`);
  return clean;
}

function cleaned(value: unknown, texts: TextCleaner, depth: number): unknown {
  if (depth > MAX_DEPTH)
    throw new UnfitTool(`a schema is deeper than ${MAX_DEPTH}`);
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value))
    return value.map(item => cleaned(item, texts, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const copy: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    visible(key);
    if (/^\$(dynamic|recursive)?ref$/i.test(key) && !isLocal(member))
      throw new UnfitTool('a schema points out of itself');
    if (TEXTS.has(key) && typeof member === 'string') {
      const text = texts.text(member);
      if (text !== undefined) copy.push([key, text]);
    } else copy.push([key, cleaned(member, texts, depth + 1)]);
  }
  return Object.fromEntries(copy);
}

function visible(text: string): string {
  if (hides(text)) throw new UnfitTool('a schema has hidden characters');
  return text;
}

function isLocal(reference: unknown): boolean {
  return typeof reference !== 'string' || reference.startsWith('#');
}
