import { sharedParser } from './parseDefinition';
import { CompiledToolSet, ToolSelection } from './report';

/**
 * The tools that a definition makes, in its order: the same bytes and selection,
 * always the same tools. Compiled in a process of its own, within bounds of time and
 * memory. Throws `stoa.unavailable` only.
 */
export function compileDefinition(
  definition: string | Uint8Array,
  selection: ToolSelection,
): Promise<CompiledToolSet> {
  return sharedParser().compile(definition, selection);
}
