/** What can change in an operation. */
export const CHANGE_KINDS = [
  'renamed',
  'documentation',
  'deprecated',
  'undeprecated',
  'security_narrowed',
  'security_widened',
  'parameter_added',
  'parameter_removed',
  'parameter_renamed',
  'parameter_style',
  'body_added',
  'body_removed',
  'media_type_added',
  'media_type_removed',
  'response_added',
  'response_removed',
  'header_added',
  'header_removed',
  'property_added',
  'property_removed',
  'required',
  'optional',
  'type',
  'values_added',
  'values_removed',
  'limit',
  'format',
  'pattern',
  'default',
  'more_properties_refused',
  'more_properties_allowed',
  'alternative_added',
  'alternative_removed',
  'rules',
] as const;

/** One thing that is not as it was. */
export interface DefinitionChange {
  readonly kind: (typeof CHANGE_KINDS)[number];
  /** Such as `query.status`, `body.customer.name` or `200.items[].id`; empty for the operation itself. */
  readonly where: string;
  readonly before?: string;
  readonly after?: string;
  /** Whether somebody who called it well before may fail now. */
  readonly breaking: boolean;
}

export interface OperationDiff {
  readonly change: 'added' | 'removed' | 'changed';
  /** Lower case. */
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  readonly breaking: boolean;
  readonly changes: readonly DefinitionChange[];
  /** How many changes are not in the list. */
  readonly omitted: number;
}

export interface DefinitionDiff {
  readonly breaking: boolean;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** Those that break callers first, then in the order of the documents. */
  readonly operations: readonly OperationDiff[];
  /** How many operations are not in the list. */
  readonly omitted: number;
}
