import { StoaError } from '@stoa/plugin-stoa-common';

/** Packs the sort key of a page's last row into an opaque cursor. */
export function encodeCursor(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Reads a cursor of `length` strings, of which the one at `uuidAt` must be a UUID;
 * anything else is `stoa.validation` on `cursor`.
 */
export function decodeCursor(
  cursor: string | undefined,
  length: number,
  uuidAt?: number,
): string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const values: unknown = JSON.parse(
      Buffer.from(cursor, 'base64url').toString('utf8'),
    );
    if (
      Array.isArray(values) &&
      values.length === length &&
      values.every(v => typeof v === 'string' && !v.includes('\0')) &&
      (uuidAt === undefined || UUID.test(values[uuidAt]))
    ) {
      return values;
    }
  } catch {
    // Falls through: an unreadable cursor is bad input, whatever made it so.
  }
  throw new StoaError('stoa.validation', 'The cursor is not one of ours.', {
    details: [
      { field: 'cursor', message: 'Use next_cursor of the page before.' },
    ],
  });
}
