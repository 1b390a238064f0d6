import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { StoaError } from '@stoa/plugin-stoa-common';
import {
  Call,
  CallRecord,
  MeteringStatus,
  renderError,
  TooMany,
} from '@stoa/plugin-stoa-node';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers a call that failed, and meters it; one whose answer has begun is cut. */
export function refuse(
  thrown: unknown,
  options: {
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    readonly call: Call;
    readonly headers: Readonly<Record<string, string>>;
    /** None for a call to no API. */
    readonly record: CallRecord | undefined;
    readonly logger: LoggerService;
  },
): void {
  const { req, res, call, headers, record } = options;
  const error = toStoaError(thrown);
  if (error.code === 'stoa.internal') {
    options.logger.error(
      `Call ${call.requestId} failed: ${stringifyError(thrown)}`,
    );
  }
  const { status, headers: base, body } = renderError(error, call.requestId);
  if (record) record.responseBytes = body.length;
  record?.finish(meteringStatus(error), status);
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  // What a refused head of the backend may have left behind.
  for (const name of res.getHeaderNames()) {
    if (name !== 'x-request-id') res.removeHeader(name);
  }
  res.writeHead(status, {
    ...headers,
    ...base,
    ...challenge(error),
    ...(thrown instanceof TooMany && {
      'retry-after': String(thrown.retryAfter),
    }),
    ...(error.code === 'stoa.unavailable' && { 'retry-after': '1' }),
    ...(mustClose(req, error, record) && { connection: 'close' }),
  });
  res.end(body);
}

function toStoaError(error: unknown): StoaError {
  return error instanceof StoaError
    ? error
    : new StoaError('stoa.internal', 'Something went wrong here.');
}

/** RFC 6750 §3: what was wrong with the token, where one was sent; nothing of it where none was. */
function challenge({ code, details }: StoaError): Record<string, string> {
  const { rule, missing } = Object(details) as {
    rule?: string;
    missing?: string[];
  };
  if (code === 'stoa.forbidden' && rule === 'scope') {
    const scope = missing!.map(entry => entry.replace(/^scope:/, '')).join(' ');
    return {
      'www-authenticate': `Bearer realm="stoa", error="insufficient_scope", scope="${scope}"`,
    };
  }
  if (code === 'stoa.unauthenticated') {
    return { 'www-authenticate': 'Bearer realm="stoa", error="invalid_token"' };
  }
  return code === 'stoa.key.unknown'
    ? { 'www-authenticate': 'Bearer realm="stoa"' }
    : {};
}

function meteringStatus({ code, status }: StoaError): MeteringStatus {
  if (code === 'stoa.backend.timeout') return 'timeout';
  if (code === 'stoa.rate_limited') return 'rate_limited';
  if (status === 401 || status === 403) return 'policy_denied';
  return status < 500 || code === 'stoa.not_implemented' ? 'invalid' : 'error';
}

/**
 * Node reads to its end a body that nobody began. One that was begun, is too long,
 * or waits for a go-ahead would hold the connection, and one whose end is in doubt
 * must not be followed by another request.
 */
function mustClose(
  req: IncomingMessage,
  { code }: StoaError,
  record: CallRecord | undefined,
): boolean {
  if (code === 'stoa.bad_request') return true;
  if (req.complete) return false;
  return (
    code === 'stoa.too_large' ||
    req.headers.expect !== undefined ||
    (record !== undefined && record.requestBytes > 0)
  );
}
