import { StoaError } from '@stoa/plugin-stoa-common';
import { CallRecord, toBackendError } from '@stoa/plugin-stoa-node';
import type { Agent, Dispatcher } from 'undici';
import { ServedTool } from '../registry/ServedTool';
import { exchange } from './exchange';

/** What a service answered, as far as it is taken. */
export interface RestAnswer {
  readonly status: number;
  /** Lower case, without parameters; empty when the service named none. */
  readonly contentType: string;
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
          'user-agent': USER_AGENT,
          'x-request-id': requestId,
        },
        body: request.body,
      },
      { maxBytes, timeoutMs, signal, onHead: () => record.answered() },
    );
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      throw new StoaError(
        'stoa.backend.unreachable',
        'The service answered in an encoding that it was not asked for.',
      );
    }
    const contentType = mediaType(headers['content-type']);
    return { status, contentType, body, cut };
  } catch (error) {
    throw toBackendError(error);
  }
}

function mediaType(header: string | string[] | undefined): string {
  const first = (Array.isArray(header) ? header[0] : header) ?? '';
  return first.split(';', 1)[0].trim().toLowerCase();
}
