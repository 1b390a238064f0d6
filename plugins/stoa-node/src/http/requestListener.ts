import { LoggerService } from '@backstage/backend-plugin-api';
import { StoaError } from '@stoa/plugin-stoa-common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { logAccess } from './accessLog';
import { readCall } from './call';
import { HotPathRegistry, Upgrade } from './HotPath';
import { InFlight } from './InFlight';
import { sendError } from './sendError';

export interface RequestListenerOptions {
  readonly hotPath: HotPathRegistry;
  /** Serves everything that is not on the hot path. */
  readonly rest: (req: IncomingMessage, res: ServerResponse) => void;
  readonly logger: LoggerService;
  readonly inFlight: InFlight;
  /** True from the moment a stop was asked for: nothing new is taken. */
  readonly isStopping: () => boolean;
}

/**
 * The first thing that sees a request: gives it an id, logs its end, and serves it
 * on the hot path or hands it on. `expectsContinue` tells that the caller waits
 * for `100 Continue` before it sends its body.
 */
export function createRequestListener(options: RequestListenerOptions) {
  const { hotPath, rest, logger, inFlight, isStopping } = options;
  return (
    req: IncomingMessage,
    res: ServerResponse,
    special: {
      readonly expectsContinue?: boolean;
      readonly upgrade?: Upgrade;
    } = {},
  ): void => {
    const { expectsContinue = false, upgrade } = special;
    const call = readCall(req);
    const { requestId } = call;
    // For handlers behind Express, which read the header, and for the answer.
    req.headers['x-request-id'] = requestId;
    res.setHeader('x-request-id', requestId);
    logAccess(logger, req, res, call);

    if (isStopping()) {
      sendError(res, new StoaError('stoa.unavailable', 'Shutting down.'), {
        correlationId: requestId,
        headers: { connection: 'close', 'retry-after': '5' },
      });
      return;
    }
    inFlight.add(res);

    const mount = hotPath.match(call.path);
    if (expectsContinue && !mount?.ownContinue) res.writeContinue();
    if (!mount) {
      rest(req, res);
      return;
    }
    const failed = (error: unknown) => {
      if (!(error instanceof StoaError)) {
        logger.error(`Request ${requestId} failed`, asError(error));
      }
      sendError(
        res,
        error instanceof StoaError
          ? error
          : new StoaError('stoa.internal', 'Something went wrong here.'),
        { correlationId: requestId },
      );
    };
    try {
      mount.handler(req, res, call, upgrade)?.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
