/** Controls, line and paragraph separators, marks of text direction, and what has no width. */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/; // eslint-disable-line no-control-regex

/** 1 to 100 characters, one of them to be seen, and none that hides or turns around what is beside it. */
export function isDisplayName(value: string): boolean {
  return value.length <= 100 && /\S/.test(value) && !HIDDEN.test(value);
}
