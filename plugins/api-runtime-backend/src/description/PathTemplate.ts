/** Literal texts and names of parameters in turn, of one segment; literals first and last, which may be empty. */
type Segment = readonly string[];

/** A path of a definition, such as `/customers/{id}.json`. */
export class PathTemplate {
  readonly #segments: readonly Segment[];
  /** Sorts before all that a path should rather be: literals before parameters (OpenAPI 3.1 §4.8.8.2). */
  readonly rank: string;

  constructor(path: string) {
    this.#segments = segmentsOf(path).map(text =>
      text
        .split(/\{([^{}]*)\}/)
        .map((part, n) => (n % 2 ? part : decoded(part))),
    );
    this.rank = this.#segments.map(rankOf).join('');
  }

  get length(): number {
    return this.#segments.length;
  }

  /** The parameters as they stand in a path of as many segments, encoded; undefined where it is another path. */
  match(segments: readonly string[]): ReadonlyMap<string, string> | undefined {
    const values = new Map<string, string>();
    const fits = this.#segments.every((template, n) =>
      matchSegment(template, segments[n], values),
    );
    return fits ? values : undefined;
  }
}

/** The segments of a path, as they came; a slash at its end makes an empty one. */
export function segmentsOf(path: string): string[] {
  return path.replace(/^\//, '').split('/');
}

/** Percent-decoded, as far as that can be. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function rankOf(segment: Segment): string {
  if (segment.length === 1) return '0';
  return segment.length === 3 && segment[0] === '' && segment[2] === ''
    ? '2'
    : '1';
}

/** Each parameter takes the shortest text that is not empty; linear in the text. */
function matchSegment(
  template: Segment,
  text: string,
  values: Map<string, string>,
): boolean {
  if (template.length === 1) {
    return template[0] === text || template[0] === decoded(text);
  }
  if (!text.startsWith(template[0])) return false;
  let at = template[0].length;
  for (let n = 1; n < template.length; n += 2) {
    const literal = template[n + 1];
    const isLast = n + 2 >= template.length;
    const end = isLast
      ? text.length - literal.length
      : // An empty literal is found at once.
        text.indexOf(literal, at + 1);
    if (end <= at || (isLast && !text.endsWith(literal))) return false;
    values.set(template[n], text.slice(at, end));
    at = end + literal.length;
  }
  return true;
}
