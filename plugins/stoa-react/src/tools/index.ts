export { definitionOf, hintsOf } from './definition';
export type { ToolDefinition } from './definition';
export { Hints } from './Hints';
export { ToolEntries } from './ToolEntries';
export { ToolEntry } from './ToolEntry';
export { ToolView } from './ToolView';
export { useGrant } from './useGrant';
