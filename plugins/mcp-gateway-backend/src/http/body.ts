import { StoaError } from '@stoa/plugin-stoa-common';
import type { IncomingMessage } from 'node:http';

/** Reads a whole body. Throws `stoa.too_large`, or `stoa.bad_request` when it breaks off. */
export async function readBody(
  req: IncomingMessage,
  maxBytes: number,
): Promise<Buffer> {
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof StoaError) throw error;
    throw new StoaError('stoa.bad_request', 'The body broke off.', {
      cause: error,
    });
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

/** Throws `stoa.unsupported_media_type` for anything but JSON. */
export function requireJson(req: IncomingMessage): void {
  const type = req.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new StoaError(
      'stoa.unsupported_media_type',
      'Send the body as application/json.',
    );
  }
}

function tooLarge(maxBytes: number): StoaError {
  return new StoaError(
    'stoa.too_large',
    `A request has at most ${maxBytes} bytes.`,
  );
}
