/**
 * What the caller may see of a list: everything, the listed tenants (plus what
 * is public, where the action reads the catalog), or only what they own.
 */
export type ListFilter =
  | 'all'
  | 'own'
  | { readonly tenants: readonly string[] };

/**
 * The answer of the policy. `rule` names what decided, allowed or not;
 * `missing` lists roles (`role:devops`) or scopes (`scope:stoa:catalog:write`)
 * that would have been enough. `rule: 'foreign'` is answered as 404.
 */
export interface Decision {
  readonly allow: boolean;
  readonly rule: string;
  readonly missing: readonly string[];
  readonly filter?: ListFilter;
  /** Calls a minute, where a role allows calling a tool; a subscription has the limit of its plan. */
  readonly limit?: number;
}
