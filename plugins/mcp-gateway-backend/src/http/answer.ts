import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** On every answer: nothing is kept by caches, and no browser guesses what it is. */
const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Answers with JSON. `beforeLastByte` is told the number of bytes when all is
 * ready, so that a call is counted before its caller can have the answer.
 */
export function answerJson(
  res: ServerResponse,
  status: number,
  json: string,
  options: {
    headers?: OutgoingHttpHeaders;
    beforeLastByte?: (bytes: number) => void;
  } = {},
): void {
  const bytes = Buffer.byteLength(json);
  options.beforeLastByte?.(bytes);
  if (res.destroyed || res.headersSent) return;
  res.writeHead(status, {
    ...ALWAYS,
    ...options.headers,
    'content-type': 'application/json',
    'content-length': bytes,
  });
  // As text, so that Node sends it in one piece with the header.
  res.end(json);
}

export function answerEmpty(
  res: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders = {},
): void {
  res.writeHead(status, { ...ALWAYS, ...headers, 'content-length': 0 });
  res.end();
}
