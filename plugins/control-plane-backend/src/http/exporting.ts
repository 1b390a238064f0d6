import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Reply } from './route';

export type ExportFormat = 'csv' | 'ndjson';

/** What a spreadsheet takes for the beginning of a formula, the wide forms of it included. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * An answer of any length, a batch of rows in memory at a time: no more is read
 * than the caller takes. The columns of CSV are those named; NDJSON has whole rows.
 * When rows cannot be read any more the connection breaks off, so that a part is
 * not taken for the whole.
 */
export function exportReply<Row extends object>(options: {
  readonly format: ExportFormat;
  /** Of the file, without its ending. */
  readonly name: string;
  readonly columns: readonly (keyof Row & string)[];
  readonly batches: AsyncIterable<readonly Row[]>;
}): Reply<never> {
  const { format, name, columns, batches } = options;
  return {
    stream: async response => {
      const chunks = textOf();
      // What fails before the first rows is answered as any other error.
      const first = await chunks.next();
      response.set({
        'Content-Type':
          format === 'csv'
            ? 'text/csv; charset=utf-8; header=present'
            : 'application/x-ndjson; charset=utf-8',
        'Content-Disposition': `attachment; filename="${name}.${format}"`,
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      });
      async function* all() {
        if (format === 'csv') yield csvLine(columns);
        if (!first.done) yield first.value;
        yield* chunks;
      }
      try {
        await pipeline(Readable.from(all()), response);
      } catch (error) {
        if (!hasLeft(error)) throw error;
      }
    },
  };

  async function* textOf(): AsyncGenerator<string, void> {
    for await (const rows of batches) {
      yield rows
        .map(row =>
          format === 'csv'
            ? csvLine(columns.map(column => row[column]))
            : `${JSON.stringify(row)}\n`,
        )
        .join('');
    }
  }
}

function hasLeft(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** One record (RFC 4180). What a spreadsheet would calculate is marked as text. */
export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const inert = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
