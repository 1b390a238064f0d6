import { StoaError } from '@stoa/plugin-stoa-common';
import type { IncomingMessage } from 'node:http';

function tooLarge(maxBytes: number): StoaError {
  return new StoaError(
    'stoa.too_large',
    `The body must not be larger than ${maxBytes} bytes.`,
  );
}

/**
 * Throws `stoa.bad_request` unless there is one `Host` (RFC 9112 §3.2), and the end
 * of the body is told in one way that everybody understands. Only `chunked` is known
 * as a transfer coding, and not in HTTP/1.0: what Node would pass on undecoded, a
 * backend or a proxy before us could frame differently (RFC 9112 §6.1). The
 * connection must be closed then.
 */
export function checkFraming(req: IncomingMessage): void {
  if ((req.headersDistinct.host?.length ?? 0) > 1) {
    throw new StoaError('stoa.bad_request', 'Host must be sent once.');
  }
  const coding = req.headers['transfer-encoding'];
  if (coding === undefined) return;
  if (
    coding.toLowerCase() !== 'chunked' ||
    req.headers['content-length'] !== undefined ||
    req.httpVersion === '1.0'
  ) {
    throw new StoaError(
      'stoa.bad_request',
      'The body must be sent with Content-Length, or chunked and nothing else.',
    );
  }
}

/** Whether the call comes with a body. */
export function hasBody(req: IncomingMessage): boolean {
  return lengthOf(req) > 0 || req.headers['transfer-encoding'] !== undefined;
}

function lengthOf({ headers }: IncomingMessage): number {
  return Number(headers['content-length'] ?? 0);
}

/**
 * The body of a call as a stream for undici, `undefined` when there is none; counts
 * what passes. Throws `stoa.too_large` at once for a declared length, and while
 * streaming otherwise.
 */
export function requestBody(
  req: IncomingMessage,
  options: { maxBytes: number; onBytes: (count: number) => void },
): AsyncIterable<Buffer> | undefined {
  const { maxBytes, onBytes } = options;
  if (lengthOf(req) > maxBytes) throw tooLarge(maxBytes);
  return hasBody(req) ? limited() : undefined;

  async function* limited(): AsyncGenerator<Buffer> {
    let sent = 0;
    // The request stays open when the backend does not want the rest: it is answered.
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      sent += chunk.length;
      if (sent > maxBytes) throw tooLarge(maxBytes);
      onBytes(chunk.length);
      yield chunk;
    }
  }
}
