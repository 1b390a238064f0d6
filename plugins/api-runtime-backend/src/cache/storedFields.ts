/** Fields of a message as name and value in turn. */
type Fields = readonly string[];

/** The head of an answer. */
export interface Answer {
  readonly status: number;
  readonly fields: Fields;
}

/** What a 304 does not change of what is kept: the body, and what frames it (RFC 9111 §3.2). */
const OF_THE_BODY = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'keep-alive',
  'transfer-encoding',
]);
/** What a 304 tells (RFC 9110 §15.4.5). */
const OF_NOT_MODIFIED = new Set([
  'age',
  'cache-control',
  'content-location',
  'date',
  'etag',
  'expires',
  'last-modified',
  'vary',
]);

/** All values under a name in lower case. */
export function valuesOf(fields: Fields, name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i].toLowerCase() === name) values.push(fields[i + 1]);
  }
  return values;
}

/** What is kept of an answer's fields; the age is counted here from now on, and so is the date if it had none (RFC 9110 §6.6.1). */
export function keptFields(fields: Fields): string[] {
  const kept = filterFields(fields, name => name !== 'age');
  return valuesOf(kept, 'date').length > 0
    ? kept
    : [...kept, 'date', new Date().toUTCString()];
}

/** What is kept, with what a 304 says anew. */
export function updatedFields(stored: Fields, notModified: Fields): string[] {
  const news = filterFields(notModified, name => !OF_THE_BODY.has(name));
  const named = new Set<string>();
  for (let i = 0; i < news.length; i += 2) named.add(news[i].toLowerCase());
  return [...filterFields(stored, name => !named.has(name)), ...news];
}

/** Those that an answer without its body has. */
export function notModifiedFields(fields: Fields): string[] {
  return filterFields(fields, name => OF_NOT_MODIFIED.has(name));
}

/** Whether it shows that a body came whole (RFC 9111 §3.3): the end of a connection does not. */
export function hasAnEnd({ status, fields }: Answer): boolean {
  return (
    status === 204 ||
    valuesOf(fields, 'content-length').length > 0 ||
    valuesOf(fields, 'transfer-encoding').length > 0
  );
}

function filterFields(
  fields: Fields,
  keep: (name: string) => boolean,
): string[] {
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (keep(fields[i].toLowerCase())) kept.push(fields[i], fields[i + 1]);
  }
  return kept;
}
