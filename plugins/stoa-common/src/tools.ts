/** A JSON Schema (2020-12) as a plain object. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Longest name of a tool, prefix included: several MCP hosts take no more. */
export const TOOL_NAME_MAX = 64;
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** `^[a-zA-Z0-9_-]{1,64}$`. */
export function isToolName(value: string): boolean {
  return TOOL_NAME.test(value);
}

/** What a model is told of a tool, in the words of the Model Context Protocol (`Tool`). */
export interface ToolDefinition {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  /** Always of `type: object`, self-contained: every `$ref` points into its own `$defs`. */
  readonly inputSchema: JsonSchema;
  /** Always of `type: object`; absent when the answer is not described, or described at too great length. */
  readonly outputSchema?: JsonSchema;
  readonly annotations?: {
    readonly title?: string;
    readonly readOnlyHint?: boolean;
    readonly destructiveHint?: boolean;
    readonly idempotentHint?: boolean;
    readonly openWorldHint?: boolean;
  };
}

/** Where one argument goes in the HTTP request, by OpenAPI's parameter object. */
export interface ArgumentBinding {
  /** The property of the tool's arguments. */
  readonly argument: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'body';
  /** The parameter's own name; for `body`, the property of the body. */
  readonly name: string;
  /** OpenAPI 3 `style`; absent for a parameter that is sent as JSON, and in a body but for a form's properties. */
  readonly style?:
    | 'simple'
    | 'label'
    | 'matrix'
    | 'form'
    | 'spaceDelimited'
    | 'pipeDelimited'
    | 'deepObject';
  readonly explode?: boolean;
  /** OpenAPI 3 `allowReserved`, for `query`. */
  readonly allowReserved?: boolean;
}

/** How a tool becomes a request to a REST service. */
export interface RestBinding {
  readonly kind: 'rest';
  /** Upper case. */
  readonly method: string;
  /** Path template below the backend's URL, as in the document: `/customers/{customer_id}`. */
  readonly path: string;
  readonly arguments: readonly ArgumentBinding[];
  /** The argument that is the whole body, where the body is not made of properties. */
  readonly bodyArgument?: string;
  /** Media type of the body: JSON, `application/x-www-form-urlencoded` or a text; absent when there is none. */
  readonly contentType?: string;
  /** A body made of properties is sent even if none of them is there. */
  readonly bodyRequired?: boolean;
}

/** A tool, ready to be served and called. */
export interface CompiledTool extends ToolDefinition {
  readonly binding: RestBinding;
  /** The answer is no JSON object: as structured content it becomes `{result: <answer>}`. */
  readonly wrapsResult: boolean;
  /** SHA-256 in hex of what the model is told: a change of it is a change of the tool. */
  readonly hash: string;
}

/** What the feed says of a server (kind `server`, key = its id). */
export interface ServerItem {
  readonly id: string;
  readonly tenant_id: string;
  /** Its last segment in `/mcp/t/{tenant}/{slug}`, and the middle of its tools' names in the aggregate. */
  readonly slug: string;
  readonly kind: 'toolset';
  readonly title: string;
  readonly description?: string;
  readonly visibility: 'public' | 'private';
  readonly status: 'active' | 'inactive';
  /** The deployed API behind it: its route says where calls go. */
  readonly api_id: string;
  readonly version: string;
  readonly environment: string;
}

/** What the feed says of a tool (kind `tool`, key = `<server id>/<tool name>`). */
export interface ToolItem {
  readonly server_id: string;
  readonly tool: CompiledTool;
}
