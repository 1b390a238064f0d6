import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What is known of a request before anything looks at it. */
export interface Call {
  /** The caller's `X-Request-ID` when it is well-formed, else a new UUID. */
  readonly requestId: string;
  /** Path as it came, not decoded, without query. */
  readonly path: string;
  /** Query as it came, with its `?`; empty when there is none. */
  readonly query: string;
  /** The trace that the caller belongs to (W3C Trace Context §3.2), where it named one. */
  readonly traceparent?: string;
  /** Set by who serves it: whether the access log leaves out an answer of this status. */
  quiet?: (status: number) => boolean;
}

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;
/** Version 00; all-zero ids are invalid (§3.2.2.3, §3.2.2.4). */
const TRACEPARENT =
  /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const AUTHORITY = /^https?:\/\/[^/?#]*/i;

/** Reads a request's id and target, in origin form or absolute form (RFC 9112 §3.2). */
export function readCall(req: IncomingMessage): Call {
  const given = req.headers['x-request-id'];
  const requestId =
    typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  const { traceparent } = req.headers;
  const trace =
    typeof traceparent === 'string' && TRACEPARENT.test(traceparent)
      ? { traceparent }
      : {};
  const url = req.url ?? '/';
  const target = url.startsWith('/')
    ? url
    : url.replace(AUTHORITY, '').replace(/^(?=\?|$)/, '/');
  const cut = target.indexOf('?');
  return cut < 0
    ? { requestId, path: target, query: '', ...trace }
    : {
        requestId,
        ...trace,
        path: target.slice(0, cut),
        query: target.slice(cut),
      };
}
