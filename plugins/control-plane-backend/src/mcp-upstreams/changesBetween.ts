import { PinnedDefinition } from './definitionOf';

/** How a tool differs from what was accepted of it. */
export interface ToolChange {
  readonly tool: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** Of what it is now; of one that is gone, of what it was. */
  readonly hash: string;
  readonly definition?: PinnedDefinition;
  readonly pinned?: PinnedDefinition;
}

/** What to do about the tools that a server has now. */
export interface Differences {
  /** May be listed without anybody's word. */
  readonly accepted: readonly ToolChange[];
  /** Wait for one. */
  readonly held: readonly ToolChange[];
}

/**
 * Compares what a server says now with what was accepted. What was changed or is
 * gone is always held; a new tool only where new tools are. What was refused before
 * in this very form, by `tool hash`, is asked about no more.
 */
export function changesBetween(
  pinned: readonly PinnedDefinition[],
  found: readonly PinnedDefinition[],
  options: {
    readonly newTools: 'hold' | 'list';
    readonly refused: ReadonlySet<string>;
  },
): Differences {
  const before = new Map(pinned.map(tool => [tool.name, tool]));
  const now = new Map(found.map(tool => [tool.name, tool]));
  const changes: ToolChange[] = [];
  for (const definition of found) {
    const known = before.get(definition.name);
    const { name: tool, hash } = definition;
    if (!known) changes.push({ tool, kind: 'added', hash, definition });
    else if (known.hash !== hash)
      changes.push({ tool, kind: 'changed', hash, definition, pinned: known });
  }
  for (const known of pinned) {
    const { name: tool, hash } = known;
    if (!now.has(tool))
      changes.push({ tool, kind: 'removed', hash, pinned: known });
  }
  const isListed = ({ kind }: ToolChange) =>
    kind === 'added' && options.newTools === 'list';
  return {
    accepted: changes.filter(isListed),
    held: changes.filter(
      change => !isListed(change) && !options.refused.has(refusedAs(change)),
    ),
  };
}

/** What a refusal is remembered by: the tool, and what it would have become. */
export function refusedAs(change: {
  readonly tool: string;
  readonly kind: ToolChange['kind'];
  readonly hash: string;
}): string {
  return `${change.kind === 'removed' ? 'removed' : 'is'} ${change.tool} ${
    change.hash
  }`;
}
