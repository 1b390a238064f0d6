export interface Place {
  readonly message: string;
  /** A field of the request. */
  readonly field?: string;
  /** A place inside a document. */
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
}

export interface Details {
  readonly rule?: string;
  readonly missing: readonly string[];
  readonly places: readonly Place[];
}

/** Reads the machine part of an error: a denial, or a list of fields or places. */
export function readDetails(details: unknown): Details {
  if (Array.isArray(details)) {
    return { missing: [], places: details.filter(isObject).map(toPlace) };
  }
  if (!isObject(details)) return { missing: [], places: [] };
  return {
    rule: typeof details.rule === 'string' ? details.rule : undefined,
    missing: Array.isArray(details.missing) ? details.missing.map(String) : [],
    places: [],
  };
}

function toPlace(entry: Record<string, unknown>): Place {
  return {
    message: String(entry.message ?? ''),
    field: entry.field ? String(entry.field) : undefined,
    path: entry.path ? String(entry.path) : undefined,
    line: typeof entry.line === 'number' ? entry.line : undefined,
    column: typeof entry.column === 'number' ? entry.column : undefined,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
