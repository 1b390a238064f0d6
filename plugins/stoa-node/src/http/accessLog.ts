import { LoggerService } from '@backstage/backend-plugin-api';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Call } from './call';

const LONGEST_PATH = 500;

/**
 * Writes one line when the answer has gone out, or was cut, unless who served it asked for silence. Never a query string,
 * a body or a header of the caller's: each may carry a secret.
 */
export function logAccess(
  logger: LoggerService,
  req: IncomingMessage,
  res: ServerResponse,
  call: Call,
): void {
  const startedAt = performance.now();
  res.once('close', () => {
    if (call.quiet?.(res.statusCode)) return;
    const path = call.path.slice(0, LONGEST_PATH);
    const status = res.statusCode;
    const cut = !res.writableFinished;
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    logger.info(
      `${req.method} ${path} ${status}${cut ? ' (cut)' : ''} ${ms} ms`,
      {
        type: 'incomingRequest',
        method: req.method ?? '',
        path,
        status,
        duration_ms: ms,
        request_id: call.requestId,
        ...(cut && { cut }),
      },
    );
  });
}
