import { StoaError } from '@stoa/plugin-stoa-common';
import type { IncomingMessage } from 'node:http';

/** Reads a whole body. Rejects with `stoa.too_large`, or `stoa.bad_request` when it breaks off. */
export async function readBody(
  req: IncomingMessage,
  maxBytes: number,
): Promise<Buffer> {
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  // Listened to, not iterated over: an iterator costs more than all else here.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      req.off('data', take).pause();
      reject(tooLarge(maxBytes));
    };
    req.on('data', take);
    req.once('end', () =>
      resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)),
    );
    const brokeOff = (cause?: Error) =>
      reject(
        new StoaError('stoa.bad_request', 'The body broke off.', { cause }),
      );
    req.once('error', brokeOff);
    req.once('close', () => {
      if (!req.readableEnded) brokeOff();
    });
  });
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
