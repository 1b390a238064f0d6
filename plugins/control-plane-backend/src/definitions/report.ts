/** A fault of a definition; line and column count from 1, `path` is a JSON pointer. */
export interface DefinitionProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly path?: string;
}

export interface DefinitionOperation {
  readonly operationId?: string;
  /** Lower case. */
  readonly method: string;
  readonly path: string;
  readonly summary?: string;
  readonly tags: readonly string[];
  readonly deprecated: boolean;
}

/** What the platform needs to know of a definition that is right. */
export interface ParsedDefinition {
  readonly ok: true;
  readonly format: 'openapi';
  /** As the document says it: `2.0`, `3.0.3`, `3.1.0`. */
  readonly specVersion: string;
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  readonly operations: readonly DefinitionOperation[];
  /** URLs as given; for OpenAPI 2.0 put together from schemes, host and base path. */
  readonly servers: readonly string[];
  /** SHA-256 of the bytes as given, in hex. */
  readonly hash: string;
}

export interface RefusedDefinition {
  readonly ok: false;
  /** At least one, at most twenty, in the order of the document. */
  readonly problems: readonly DefinitionProblem[];
}

export type DefinitionReport = ParsedDefinition | RefusedDefinition;

export type { ApiDescription } from '@stoa/plugin-stoa-node/tool-compiler';
export type {
  CompiledToolSet,
  ToolProblem,
  ToolSelection,
} from '@stoa/plugin-stoa-node/tool-compiler';

export type {
  DefinitionChange,
  DefinitionDiff,
  OperationDiff,
} from './compare/changes';
