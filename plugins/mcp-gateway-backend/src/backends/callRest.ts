import { CallRecord, toBackendError } from '@stoa/plugin-stoa-node';
import type { Agent, Dispatcher } from 'undici';
import { ServedTool } from '../registry/ServedTool';
import { exchange, Exchanged } from './exchange';

/** What a service answered, as far as it is taken. */
export interface RestAnswer {
  readonly status: number;
  /** Lower case, without parameters; empty when the service named none. */
  readonly contentType: string;
  /** What the type says of the encoding of its text. */
  readonly charset?: string;
  /** How the body is packed, where it is: it was asked for as it is. */
  readonly packed?: string;
  /** Seconds after which the service wants to be asked again. */
  readonly retryAfter?: number;
  readonly body: Buffer;
  /** There was more than may be passed on. */
  readonly cut: boolean;
}

const USER_AGENT = 'stoa-mcp-gateway';

/**
 * Sends one call to the service behind a tool. Nothing of the caller's request goes
 * along but the arguments and the request's id. Throws `stoa.backend.timeout`,
 * `stoa.backend.unreachable`, or the abort of `signal`; `ArgumentError` when an
 * argument cannot stand where it belongs.
 */
export async function callRest(options: {
  agent: Agent;
  tool: ServedTool;
  args: Readonly<Record<string, unknown>>;
  requestId: string;
  record: CallRecord;
  maxBytes: number;
  /** For the whole call, however steadily the service answers. */
  timeoutMs: number;
  signal?: AbortSignal;
}): Promise<RestAnswer> {
  const { agent, tool, record, requestId, maxBytes, timeoutMs, signal } =
    options;
  const { route } = tool.server;
  const request = tool.request(options.args);
  record.sent();
  try {
    const { status, headers, body, cut } = await exchange(
      agent,
      {
        origin: route.origin,
        path: route.basePath + request.path,
        method: request.method as Dispatcher.HttpMethod,
        headers: {
          ...request.headers,
          accept: 'application/json, */*;q=0.5',
          // Unsaid, it would mean any (RFC 9110 §12.5.3).
          'accept-encoding': 'identity',
          'user-agent': USER_AGENT,
          'x-request-id': requestId,
        },
        body: request.body,
      },
      { maxBytes, timeoutMs, signal, onHead: () => record.answered() },
    );
    return { status, ...headOf(headers), body, cut };
  } catch (error) {
    throw toBackendError(error);
  }
}

type Head = Pick<
  RestAnswer,
  'contentType' | 'charset' | 'packed' | 'retryAfter'
>;

function headOf(headers: Exchanged['headers']): Head {
  const field = (name: string) => {
    const value = headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? '';
  };
  const [type, ...parameters] = field('content-type').split(';');
  const charset = /^\s*charset="?([\w:.-]+)/i;
  const packed = field('content-encoding').trim().toLowerCase();
  const retryAfter = field('retry-after').trim();
  return {
    contentType: type.trim().toLowerCase(),
    charset: parameters.map(text => charset.exec(text)?.[1]).find(Boolean),
    packed: packed === 'identity' ? undefined : packed || undefined,
    retryAfter: /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined,
  };
}
