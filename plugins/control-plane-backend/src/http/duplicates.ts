import { createScanner } from 'jsonc-parser';

/**
 * The name of a field that one object of a JSON text has twice, if there is one.
 * RFC 8259 §4 leaves it open which of the two counts, so that whoever checks a text
 * and whoever acts on it may see different values. The text is one that parses; it
 * is scanned without recursion, as a stranger chooses how deep it goes.
 */
export function duplicateField(text: string): string | undefined {
  const scanner = createScanner(text, true);
  /** The names seen in each open object; an open array has none. */
  const open: (Set<string> | undefined)[] = [];
  let last: string | undefined;
  for (;;) {
    scanner.scan();
    // What a token is, its first character says; there is none at the end.
    switch (text[scanner.getTokenOffset()]) {
      case undefined:
        return undefined;
      case '{':
        open.push(new Set());
        break;
      case '[':
        open.push(undefined);
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case '"':
        last = scanner.getTokenValue();
        break;
      case ':': {
        const names = open[open.length - 1];
        if (last !== undefined && names?.has(last)) return last;
        if (last !== undefined) names?.add(last);
        break;
      }
      default:
    }
  }
}
