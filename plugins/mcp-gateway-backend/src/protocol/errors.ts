import { StoaError } from '@stoa/plugin-stoa-common';

/** Codes of JSON-RPC 2.0 §5.1, of MCP 2026-07-28, and ours in the range left to implementations. */
export const CODE = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  headerMismatch: -32020,
  unsupportedVersion: -32022,
  forbidden: -32001,
  rateLimited: -32003,
  unavailable: -32004,
} as const;

/** An error of the protocol: what the client is told, under which HTTP status. */
export class ProtocolError extends Error {
  readonly code: number;
  readonly status: number;
  readonly data?: unknown;

  constructor(
    code: number,
    message: string,
    options: { status?: number; data?: unknown } = {},
  ) {
    super(message);
    this.name = 'ProtocolError';
    this.code = code;
    this.status = options.status ?? 200;
    this.data = options.data;
  }
}

/** The platform's error in the protocol's terms; `data` carries its stable code and details. */
export function toProtocolError(error: StoaError): ProtocolError {
  const data = {
    code: error.code,
    ...(Array.isArray(error.details)
      ? { details: error.details }
      : Object(error.details)),
    ...('retryAfter' in error && { retry_after: error.retryAfter }),
  };
  switch (error.code) {
    case 'stoa.not_found':
      // As for any name that is not right: nothing more is told.
      return new ProtocolError(CODE.invalidParams, error.message);
    case 'stoa.validation':
      return new ProtocolError(CODE.invalidParams, error.message, { data });
    case 'stoa.forbidden':
      return new ProtocolError(CODE.forbidden, lacking(error), {
        status: 403,
        data,
      });
    case 'stoa.rate_limited':
      // Most clients show the message alone, and to a model.
      return new ProtocolError(CODE.rateLimited, inTime(error.message, data), {
        status: 429,
        data,
      });
    case 'stoa.unavailable':
      return new ProtocolError(CODE.unavailable, error.message, {
        status: 503,
        data,
      });
    default:
      return new ProtocolError(CODE.internal, error.message, {
        status: error.status >= 500 ? 500 : 200,
        data,
      });
  }
}

function inTime(message: string, data: { retry_after?: unknown }): string {
  return data.retry_after === undefined
    ? message
    : `${message} Try again in ${data.retry_after} seconds.`;
}

/** What a token lacks, as `scope:<name>` in the details of a refusal. */
function lacking({ message, details }: StoaError): string {
  const { missing } = Object(details);
  const scopes = (Array.isArray(missing) ? missing : [])
    .map(String)
    .filter(name => name.startsWith('scope:'))
    .map(name => name.slice('scope:'.length));
  return scopes.length === 0
    ? message
    : `The access token lacks the scope ${scopes.join(
        ', ',
      )}. Ask for it when you get a token.`;
}
