/**
 * What a reader does not see but a model reads, or what turns around the text beside
 * it: controls (but for tab and line feed), marks of direction, what has no width,
 * selectors of variants beyond those of emoji, and the invisible copies of ASCII
 * (tags).
 */
const HIDDEN =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/** Longest description of a tool, or of one argument, in characters. */
const MAX_TEXT = 1024;
const MAX_TITLE = 120;

export function hides(text: string): boolean {
  return text.search(HIDDEN) >= 0;
}

/** A text for models and people: nothing hidden in it, and not longer than some hosts take. */
export class TextCleaner {
  /** Whether something hidden has been taken out of a text. */
  found = false;

  text(value: unknown, limit = MAX_TEXT): string | undefined {
    if (typeof value !== 'string') return undefined;
    const normal = value.replace(/\r\n?/g, '\n');
    const clean = normal.replace(HIDDEN, '').trim();
    if (hides(normal)) this.found = true;
    if (clean === '') return undefined;
    const characters = clean.slice(0, 2 * limit);
    const all = Array.from(characters);
    return all.length > limit
      ? `${all.slice(0, limit - 1).join('')}…`
      : characters;
  }

  title(value: unknown): string | undefined {
    return this.text(value, MAX_TITLE)?.replace(/\s+/g, ' ');
  }
}
