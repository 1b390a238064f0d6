import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { StoaError } from '@stoa/plugin-stoa-common';
import { Dialler } from '@stoa/plugin-stoa-node';
import { TransformStream } from 'node:stream/web';

/** Where a server is, and what it is shown. */
export interface Upstream {
  readonly endpoint: string;
  readonly transport: 'streamable_http' | 'sse';
  readonly headers: Readonly<Record<string, string>>;
}

/** Why a server could not be asked, as coarse as a stranger may know. */
export const UPSTREAM_FAILURES = [
  'refused_url',
  'refused_address',
  'dns',
  'connect',
  'tls',
  'timeout',
  'redirect',
  'unauthorized',
  'status',
  'too_large',
  'protocol',
] as const;
export type UpstreamFailure = (typeof UPSTREAM_FAILURES)[number];

/** Either what was asked for, or why there is no answer; how long it took in either case. */
export type Asked<T> = { readonly durationMs: number } & (
  | { readonly answer: T }
  | { readonly error: UpstreamFailure }
);

/** Milliseconds for all that one question takes. */
const DEADLINE_MS = 20_000;
/** Of everything that the server answers meanwhile, in bytes. */
const READ_MAX = 8 * 1024 * 1024;
/** Pages of a list. */
const MAX_PAGES = 50;

class Failed extends Error {
  constructor(readonly failure: UpstreamFailure) {
    super(failure);
  }
}

/**
 * Speaks with an MCP server, of either era of the protocol, as a client that can do
 * nothing for it: no sampling, no roots, no elicitation. Nothing of what it says
 * gets into an error.
 */
export async function askUpstream<T>(
  dialler: Dialler,
  upstream: Upstream,
  question: (client: Client) => Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<Asked<T>> {
  const started = Date.now();
  const deadline = AbortSignal.timeout(deadlineMs);
  const client = new Client(
    { name: 'stoa', version: '1.0.0' },
    { versionNegotiation: { mode: 'auto' }, listMaxPages: MAX_PAGES },
  );
  // What the transport makes of a failure of ours says less than the failure.
  let first: UpstreamFailure | undefined;
  const guarded = guardedFetch(dialler, deadline, failure => {
    first ??= failure;
  });
  const options = {
    fetch: guarded as typeof fetch,
    requestInit: { headers: { ...upstream.headers } },
  };
  const url = new URL(upstream.endpoint);
  const transport =
    upstream.transport === 'sse'
      ? new SSEClientTransport(url, options)
      : new StreamableHTTPClientTransport(url, {
          ...options,
          reconnectionOptions: {
            maxRetries: 0,
            initialReconnectionDelay: 1,
            maxReconnectionDelay: 1,
            reconnectionDelayGrowFactor: 1,
          },
        });
  try {
    const answer = await within(deadline, async () => {
      await client.connect(transport, { timeout: deadlineMs });
      return question(client);
    });
    return { answer, durationMs: Date.now() - started };
  } catch (error) {
    const failure =
      error instanceof Failed ? error.failure : first ?? 'protocol';
    return { error: failure, durationMs: Date.now() - started };
  } finally {
    // The server may not answer to this either.
    await within(AbortSignal.timeout(1_000), async () => {
      if (transport instanceof StreamableHTTPClientTransport)
        await transport.terminateSession();
    }).catch(() => {});
    await client.close();
  }
}

type Answer = Awaited<ReturnType<Dialler['fetch']>>;

function guardedFetch(
  dialler: Dialler,
  deadline: AbortSignal,
  onFailure: (failure: UpstreamFailure) => void,
) {
  let left = READ_MAX;
  const fail = (failure: UpstreamFailure): never => {
    onFailure(failure);
    throw new Failed(failure);
  };
  return async (url: string | URL, init: RequestInit = {}) => {
    let answer: Answer;
    try {
      const { redirect: _, ...rest } = init as Parameters<
        Dialler['fetch']
      >[1] & { redirect?: unknown };
      answer = await dialler.fetch(url, {
        ...rest,
        signal: AbortSignal.any([
          deadline,
          ...(init.signal ? [init.signal] : []),
        ]),
      });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      return fail(failureOf(error, deadline));
    }
    const { status } = answer;
    if (status >= 300 && status < 400) return fail('redirect');
    if (status === 401 || status === 403) onFailure('unauthorized');
    else if (status >= 500) onFailure('status');
    if (!answer.body) return answer;
    const counted = answer.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          left -= chunk.length;
          if (left < 0) {
            onFailure('too_large');
            controller.error(new Failed('too_large'));
          } else controller.enqueue(chunk);
        },
      }),
    );
    const { statusText, headers } = answer;
    return new Response(counted as unknown as BodyInit, {
      status,
      statusText,
      headers: [...headers],
    });
  };
}

function failureOf(error: unknown, deadline: AbortSignal): UpstreamFailure {
  if (deadline.aborted) return 'timeout';
  const details = error instanceof StoaError ? error.details : undefined;
  const named = (details as { class?: UpstreamFailure } | undefined)?.class;
  return named ?? 'connect';
}

/** Throws `timeout` when the signal comes first. */
async function within<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  let give: () => void = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    give = () => reject(new Failed('timeout'));
    signal.addEventListener('abort', give, { once: true });
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    signal.removeEventListener('abort', give);
  }
}
