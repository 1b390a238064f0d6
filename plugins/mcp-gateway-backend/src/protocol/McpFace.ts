import { StoaError } from '@stoa/plugin-stoa-common';
import { Call } from '@stoa/plugin-stoa-node';
import type {
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import { McpConfig } from '../config';
import { Address, pathOf } from '../http/address';
import { answerEmpty, answerJson } from '../http/answer';
import { readBody, requireJson } from '../http/body';
import { errorHeaders } from '../http/challenge';
import { Admitted, Entrance } from '../http/Entrance';
import { Registry } from '../registry/Registry';
import { ServedServer } from '../registry/ServedTool';
import { Answer, Dispatcher, Situation } from './Dispatcher';
import { CODE, ProtocolError } from './errors';
import {
  errorMessage,
  Message,
  parseBody,
  RequestId,
  resultMessage,
} from './message';
import { checkModern, meansModern } from './modern';
import {
  ASSUMED_REVISION,
  BATCH_REVISION,
  isLegacy,
  SUPPORTED_REVISIONS,
} from './revisions';

type Place = Exclude<Address, { kind: 'rest' }>;
type Request = Extract<Message, { kind: 'request' }>;

export interface McpFaceOptions {
  readonly entrance: Entrance;
  readonly registry: Registry;
  readonly dispatcher: Dispatcher;
  readonly config: McpConfig;
}

/**
 * MCP over Streamable HTTP, for both eras of the protocol on one address. Sessions
 * are not begun: each request of either era stands for itself, and is answered by
 * one JSON body.
 */
export class McpFace {
  readonly #options: McpFaceOptions;

  constructor(options: McpFaceOptions) {
    this.#options = options;
  }

  async handle(
    req: IncomingMessage,
    res: ServerResponse,
    call: Call,
    place: Place,
  ): Promise<void> {
    const { entrance } = this.#options;
    await entrance.admit(req, res, call, {
      path: pathOf(place),
      sessions: false,
      work: async admitted => {
        if (req.method !== 'POST') {
          // No stream to listen to, no session to end: by the transport's rules, 405.
          answerEmpty(res, 405, { ...admitted.headers, allow: 'POST' });
          return;
        }
        await this.#post(req, res, { call, place, admitted });
      },
    });
  }

  async #post(
    req: IncomingMessage,
    res: ServerResponse,
    options: { call: Call; place: Place; admitted: Admitted },
  ): Promise<void> {
    const { call, place, admitted } = options;
    const server = this.#serverAt(place);
    requireJson(req);
    requireJsonWanted(req);
    const body = await readBody(req, this.#options.config.maxRequestBytes);
    let id: RequestId | null = null;
    try {
      const parsed = parseBody(body);
      const first = [parsed].flat()[0];
      if (first.kind === 'request') id = first.id;
      const modern =
        first.kind !== 'response' && meansModern(req.headers, first.params);
      checkRevision(req, parsed, modern);
      if (modern) checkModern(req.headers, first);
      const situation: Situation = {
        access: admitted.access,
        snapshot: this.#options.registry.snapshot,
        server,
        modern,
        requestId: call.requestId,
        requestBytes: body.length,
        ...(modern && { signal: whenGone(res) }),
      };
      const agreed =
        !modern && req.headers['mcp-protocol-version'] !== undefined;
      await this.#answer(res, parsed, { situation, place, admitted, agreed });
    } catch (thrown) {
      if (!(thrown instanceof ProtocolError)) throw thrown;
      answerJson(res, thrown.status, errorMessage(id, thrown), {
        headers: admitted.headers,
      });
    }
  }

  /** Throws `stoa.not_found` for a server that is not there. */
  #serverAt(place: Place): ServedServer | undefined {
    if (place.kind === 'aggregate') return undefined;
    const { servers } = this.#options.registry.snapshot;
    const server = servers.get(`${place.tenantId}/${place.slug}`);
    if (!server) throw nothingHere();
    return server;
  }

  async #answer(
    res: ServerResponse,
    parsed: Message | Message[],
    options: {
      situation: Situation;
      place: Place;
      admitted: Admitted;
      /** Whether the client has agreed on a revision with `initialize`. */
      agreed: boolean;
    },
  ): Promise<void> {
    const { situation, place, admitted, agreed } = options;
    await this.#requireSomething(situation);
    const requests = [parsed]
      .flat()
      .filter((message): message is Request => message.kind === 'request');
    if (requests.length === 0) {
      answerEmpty(res, 202, admitted.headers);
      return;
    }
    const answers: Answer[] = [];
    for (const request of requests) {
      answers.push(await this.#options.dispatcher.answer(request, situation));
    }
    const texts = answers.map(({ result, error }, index) =>
      error
        ? errorMessage(requests[index].id, error)
        : resultMessage(requests[index].id, result ?? '{}'),
    );
    const [only] = answers;
    const single = !Array.isArray(parsed);
    // What several messages became cannot be said in one status.
    const status = single && only.error ? statusOf(only.error, agreed) : 200;
    answerJson(res, status, single ? texts[0] : `[${texts.join(',')}]`, {
      headers: {
        ...admitted.headers,
        ...(single && only.headers),
        ...(single && this.#challenge(only, place)),
      },
      beforeLastByte: () => {
        answers.forEach(({ finish }, index) =>
          finish(Buffer.byteLength(texts[index]), status),
        );
      },
    });
  }

  /** A server of which the caller may use nothing does not exist for them. */
  async #requireSomething({ server, access }: Situation): Promise<void> {
    if (!server) return;
    for (const tool of server.tools) {
      const { decision } = await access.judge(tool);
      if (decision.allow || decision.rule === 'scope') return;
    }
    throw nothingHere();
  }

  #challenge({ error }: Answer, place: Place): OutgoingHttpHeaders {
    const code = Object(error?.data).code;
    if (code !== 'stoa.forbidden' && code !== 'stoa.rate_limited') return {};
    const { entrance } = this.#options;
    const data = Object(error?.data);
    return {
      ...errorHeaders(
        new StoaError(code, '', { details: data }),
        entrance.metadataUrl(pathOf(place)),
      ),
      ...(data.retry_after !== undefined && {
        'retry-after': String(data.retry_after),
      }),
    };
  }
}

/**
 * Clients that have agreed on a revision with `initialize` take an HTTP error for the
 * end of the connection (the Python SDK 1.x ends the program's session): what the
 * protocol can say by itself stays within it. A challenge must be seen by HTTP.
 */
function statusOf({ status }: ProtocolError, agreed: boolean): number {
  return agreed && status !== 403 ? 200 : status;
}

function nothingHere(): StoaError {
  return new StoaError(
    'stoa.not_found',
    'There is no MCP server here, or nothing in it that you may use.',
  );
}

/** Clients of the first hours send no `Accept`, or any; who wants something else cannot be served. */
function requireJsonWanted({ headers }: IncomingMessage): void {
  const { accept } = headers;
  if (accept === undefined) return;
  if (!/(^|,)\s*(application\/(json|\*)|\*\/\*)\s*(;|,|$)/i.test(accept)) {
    throw new StoaError(
      'stoa.not_acceptable',
      'The answer is application/json; accept it, and text/event-stream beside it.',
    );
  }
}

/** Version header and batches, by the rules of the revisions with `initialize`. */
function checkRevision(
  { headers }: IncomingMessage,
  parsed: Message | Message[],
  modern: boolean,
): void {
  const header = headers['mcp-protocol-version'];
  if (Array.isArray(parsed)) {
    const revision = typeof header === 'string' ? header : ASSUMED_REVISION;
    if (modern || revision !== BATCH_REVISION) {
      throw new ProtocolError(
        CODE.invalidRequest,
        'This revision of the protocol has one message in a body.',
        { status: 400 },
      );
    }
    const begins = parsed.some(
      message => message.kind === 'request' && message.method === 'initialize',
    );
    if (begins) {
      throw new ProtocolError(
        CODE.invalidRequest,
        '"initialize" comes alone in its body.',
        { status: 400 },
      );
    }
  } else if (
    !modern &&
    header !== undefined &&
    !(typeof header === 'string' && isLegacy(header))
  ) {
    throw new ProtocolError(
      CODE.unsupportedVersion,
      'The protocol version in MCP-Protocol-Version is not supported.',
      {
        status: 400,
        data: {
          supported: SUPPORTED_REVISIONS,
          requested: String(header).slice(0, 40),
        },
      },
    );
  }
}

/** In 2026-07-28 a caller who leaves takes the work back; before that, leaving means nothing. */
function whenGone(res: ServerResponse): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  return gone.signal;
}
