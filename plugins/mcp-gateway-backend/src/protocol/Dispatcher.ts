import { StoaError } from '@stoa/plugin-stoa-common';
import { Access } from '../access/Access';
import { ToolLists } from '../pipeline/lists';
import { Called, ToolCaller, unknownTool } from '../pipeline/ToolCaller';
import { ServedServer } from '../registry/ServedTool';
import { Snapshot } from '../registry/Snapshot';
import { CODE, ProtocolError, toProtocolError } from './errors';
import { isRecord, Message, Params } from './message';
import { isLegacy, LEGACY_REVISIONS } from './revisions';
import { discovery, initialization, serverInfo, TTL_MS } from './serverInfo';

/** Whom a message is for, and from whom it comes. */
export interface Situation {
  readonly access: Access;
  readonly snapshot: Snapshot;
  /** The virtual server; absent for everything at once. */
  readonly server: ServedServer | undefined;
  readonly modern: boolean;
  readonly requestId: string;
  readonly requestBytes: number;
  readonly signal?: AbortSignal;
}

/** The answer to a request: a result as JSON, or an error; and header fields. */
export interface Answer {
  readonly result?: string;
  readonly error?: ProtocolError;
  readonly headers: Readonly<Record<string, string>>;
  /** See `Called`. */
  readonly finish: Called['finish'];
}

type Request = Extract<Message, { kind: 'request' }>;

const UNMETERED = { headers: {}, finish() {} };

/** Answers requests of both eras; which of them a method belongs to, the protocol says. */
export class Dispatcher {
  readonly #lists: ToolLists;
  readonly #caller: ToolCaller;

  constructor(options: { lists: ToolLists; caller: ToolCaller }) {
    this.#lists = options.lists;
    this.#caller = options.caller;
  }

  /** Never throws. */
  async answer(request: Request, situation: Situation): Promise<Answer> {
    try {
      const { modern, server } = situation;
      switch (request.method) {
        case 'tools/list':
          return await this.#list(request.params, situation);
        case 'tools/call':
          return await this.#call(request.params, situation);
        case 'server/discover':
          if (!modern) break;
          return this.#result(discovery(server), situation);
        case 'initialize':
          if (modern) break;
          return this.#result(
            initialization(server, agreedVersion(request.params)),
            situation,
          );
        case 'ping':
          if (modern) break;
          return this.#result('{}', situation);
        default:
      }
      throw new ProtocolError(
        CODE.methodNotFound,
        `There is no method ${request.method.slice(0, 100)} here.`,
        { status: modern ? 404 : 200 },
      );
    } catch (thrown) {
      if (thrown instanceof ProtocolError) {
        return { ...UNMETERED, error: thrown };
      }
      if (thrown instanceof StoaError) {
        return { ...UNMETERED, error: toProtocolError(thrown) };
      }
      throw thrown;
    }
  }

  async #list(params: Params, situation: Situation): Promise<Answer> {
    const { access, snapshot, server, modern } = situation;
    const cursor = params.cursor ?? undefined;
    if (cursor !== undefined && typeof cursor !== 'string') {
      throw new ProtocolError(CODE.invalidParams, 'A cursor is a string.');
    }
    const page = await this.#lists.page(access, { snapshot, server, cursor });
    const next = page.nextCursor
      ? `,"nextCursor":${JSON.stringify(page.nextCursor)}`
      : '';
    const caching = modern ? `,"ttlMs":${TTL_MS},"cacheScope":"private"` : '';
    return this.#result(`{"tools":${page.json}${next}${caching}}`, situation);
  }

  async #call(params: Params, situation: Situation): Promise<Answer> {
    const { access, snapshot, server, requestId, requestBytes, signal } =
      situation;
    const { name } = params;
    const args = params.arguments ?? {};
    if (typeof name !== 'string' || !isRecord(args)) {
      throw new ProtocolError(
        CODE.invalidParams,
        'A call has a "name", and "arguments" that are an object.',
      );
    }
    const tool = server
      ? server.byName.get(name)
      : snapshot.byAggregateName.get(name);
    if (!tool) throw unknownTool();
    const called = await this.#caller.call({
      access,
      tool,
      args,
      requestId,
      requestBytes,
      signal,
    });
    const { outcome, headers, finish } = called;
    return outcome instanceof StoaError
      ? { error: toProtocolError(outcome), headers, finish }
      : { ...this.#result(outcome.json, situation), headers, finish };
  }

  #result(json: string, { modern, server }: Situation): Answer {
    return { ...UNMETERED, result: modern ? complete(json, server) : json };
  }
}

/** What 2026-07-28 wants in every result, put before the result's own members. */
function complete(json: string, server: ServedServer | undefined): string {
  const meta = JSON.stringify({
    'io.modelcontextprotocol/serverInfo': serverInfo(server),
  });
  const members = json.slice(1);
  return `{"resultType":"complete","_meta":${meta}${
    members === '}' ? '' : ','
  }${members}`;
}

/** The client's version when we speak it, else our newest (2025-11-25, Lifecycle). */
function agreedVersion({ protocolVersion }: Params): string {
  if (typeof protocolVersion !== 'string') {
    throw new ProtocolError(
      CODE.invalidParams,
      'initialize has a "protocolVersion".',
    );
  }
  return isLegacy(protocolVersion) ? protocolVersion : LEGACY_REVISIONS[0];
}
