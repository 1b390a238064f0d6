/** What `Cache-Control` says (RFC 9111 §5.2), by lower-case name. */
export type Directives = ReadonlyMap<string, string | undefined>;

const DIRECTIVE =
  /([!#$%&'*+.^_`|~0-9a-z-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?/gi;
/** Larger numbers mean the same (RFC 9111 §1.2.2). */
const MOST_SECONDS = 2 ** 31;

/** Reads the lines of a message; what is said twice and differs has the stricter reading. */
export function readDirectives(lines: readonly string[]): Directives {
  const found = new Map<string, string | undefined>();
  for (const [, name, quoted, plain] of lines.join(',').matchAll(DIRECTIVE)) {
    const key = name.toLowerCase();
    const value = quoted ?? plain;
    const before = found.get(key);
    found.set(
      key,
      found.has(key) && before !== value ? stricter(before, value) : value,
    );
  }
  return found;
}

/** Seconds of a directive; 0 for what is no number (RFC 9111 §4.2.1: treat as stale), undefined for none. */
export function seconds(
  directives: Directives,
  name: string,
): number | undefined {
  if (!directives.has(name)) return undefined;
  return delta(directives.get(name));
}

/** A number of seconds as fields have it (RFC 9111 §1.2.2); 0 for what is none. */
export function delta(value: string | undefined): number {
  return /^\d+$/.test(value ?? '') ? Math.min(Number(value), MOST_SECONDS) : 0;
}

function stricter(one: string | undefined, other: string | undefined) {
  return String(Math.min(delta(one), delta(other)));
}
