import type { CompiledTool } from '@stoa/plugin-stoa-common';

/** Which operations of a definition become tools, and what they are called. */
export interface ToolSelection {
  /** Operation keys (`operationId`, else `METHOD /path`); absent for all. */
  readonly operations?: readonly string[];
  readonly naming?: { readonly prefix?: string; readonly suffix?: string };
  readonly overrides?: readonly {
    readonly operation: string;
    /** The whole name: neither prefix nor suffix is added. */
    readonly name?: string;
    readonly description?: string;
  }[];
}

/** Why an operation is not among the tools, or is not what was asked for. */
export interface ToolProblem {
  readonly operation?: string;
  readonly message: string;
}

/** Tools in the order of the definition, each with the key of its operation. */
export interface CompiledToolSet {
  readonly tools: readonly (CompiledTool & { readonly operation: string })[];
  readonly problems: readonly ToolProblem[];
}
