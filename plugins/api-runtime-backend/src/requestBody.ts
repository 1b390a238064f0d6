import { StoaError } from '@stoa/plugin-stoa-common';
import type { IncomingMessage } from 'node:http';

function tooLarge(maxBytes: number): StoaError {
  return new StoaError(
    'stoa.too_large',
    `The body must not be larger than ${maxBytes} bytes.`,
  );
}

/**
 * The body of a call as a stream for undici, `undefined` when there is none; counts
 * what passes. Throws `stoa.too_large` at once for a declared length, and while
 * streaming otherwise. Only `chunked` is understood as a transfer coding: what Node
 * would pass on undecoded, the backend could frame differently (RFC 9112 §6.1).
 */
export function requestBody(
  req: IncomingMessage,
  options: { maxBytes: number; onBytes: (count: number) => void },
): AsyncIterable<Buffer> | undefined {
  const { maxBytes, onBytes } = options;
  const coding = req.headers['transfer-encoding'];
  const length = req.headers['content-length'];
  if (coding === undefined && (length === undefined || Number(length) === 0)) {
    return undefined;
  }
  if (coding !== undefined) {
    const plain = coding.toLowerCase() === 'chunked';
    if (!plain || length !== undefined || req.httpVersion === '1.0') {
      throw new StoaError(
        'stoa.bad_request',
        'The body must be sent with Content-Length, or chunked and nothing else.',
      );
    }
  } else if (Number(length) > maxBytes) {
    throw tooLarge(maxBytes);
  }
  return limited();

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
