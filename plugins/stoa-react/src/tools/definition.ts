import type { Schema } from '@stoa/plugin-stoa-common';

export type ToolDefinition = Schema<'ToolDefinition'>;

/** What a model is told of a tool, and nothing of what we know beside it. */
export function definitionOf(tool: ToolDefinition): ToolDefinition {
  const { name, title, description, inputSchema, outputSchema, annotations } =
    tool;
  return {
    name,
    ...(title === undefined ? {} : { title }),
    description,
    inputSchema,
    ...(outputSchema === undefined ? {} : { outputSchema }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** What calling a tool does to the world, as its annotations have it. */
export function hintsOf({
  annotations = {},
}: Pick<ToolDefinition, 'annotations'>) {
  const { readOnlyHint, destructiveHint, idempotentHint } = annotations;
  if (readOnlyHint) return ['reads'] as const;
  if (destructiveHint) return ['destroys'] as const;
  return idempotentHint
    ? (['changes', 'repeatable'] as const)
    : (['changes'] as const);
}
