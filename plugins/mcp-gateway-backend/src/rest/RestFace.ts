import { StoaError } from '@stoa/plugin-stoa-common';
import { Call } from '@stoa/plugin-stoa-node';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpConfig } from '../config';
import { MCP_PREFIX } from '../http/address';
import { answerJson } from '../http/answer';
import { readBody, requireJson } from '../http/body';
import { errorHeaders } from '../http/challenge';
import { Admitted, Entrance } from '../http/Entrance';
import { ToolLists } from '../pipeline/lists';
import { ToolCaller, unknownTool } from '../pipeline/ToolCaller';
import { isRecord } from '../protocol/message';
import { Registry } from '../registry/Registry';
import { readQuery, selectTools } from './select';

export interface RestFaceOptions {
  readonly entrance: Entrance;
  readonly registry: Registry;
  readonly lists: ToolLists;
  readonly caller: ToolCaller;
  readonly config: McpConfig;
}

/** The same tools for programs that speak plain HTTP: list, look at, invoke. */
export class RestFace {
  readonly #options: RestFaceOptions;

  constructor(options: RestFaceOptions) {
    this.#options = options;
  }

  /** `segments`: what follows `/mcp/v1/` (or `/api/`): `tools`, `tools/{name}`, `tools/{name}/invoke`. */
  async handle(
    req: IncomingMessage,
    res: ServerResponse,
    call: Call,
    segments: readonly string[],
  ): Promise<void> {
    await this.#options.entrance.admit(req, res, call, {
      path: MCP_PREFIX,
      sessions: true,
      work: async admitted => {
        const [root, encoded, verb, ...more] = segments;
        if (root !== 'tools' || more.length > 0) throw nothingHere();
        const name = encoded === undefined ? undefined : decode(encoded);
        if (verb === 'invoke' && name) {
          requireMethod(req, 'POST');
          await this.#invoke(req, res, { call, admitted, name });
        } else if (verb !== undefined) {
          throw nothingHere();
        } else {
          requireMethod(req, 'GET');
          await (name === undefined
            ? this.#list(res, call, admitted)
            : this.#show(res, admitted, name));
        }
      },
    });
  }

  async #list(
    res: ServerResponse,
    call: Call,
    { access, headers }: Admitted,
  ): Promise<void> {
    const { lists, registry } = this.#options;
    const allowed = await lists.allowed(access, registry.snapshot.tools);
    const page = selectTools(allowed, readQuery(call.query));
    answerJson(res, 200, page, { headers });
  }

  async #show(
    res: ServerResponse,
    { access, headers }: Admitted,
    name: string,
  ): Promise<void> {
    const tool = this.#options.registry.snapshot.byAggregateName.get(name);
    if (!tool || !(await access.judge(tool)).decision.allow) {
      throw unknownTool();
    }
    answerJson(res, 200, tool.aggregateJson, { headers });
  }

  async #invoke(
    req: IncomingMessage,
    res: ServerResponse,
    options: { call: Call; admitted: Admitted; name: string },
  ): Promise<void> {
    const { call, admitted, name } = options;
    const { caller, config, entrance, registry } = this.#options;
    requireJson(req);
    const body = await readBody(req, config.maxRequestBytes);
    const called = await caller.call({
      access: admitted.access,
      tool: registry.snapshot.byAggregateName.get(name),
      args: readArguments(body),
      requestId: call.requestId,
      requestBytes: body.length,
    });
    const { outcome } = called;
    const headers = { ...admitted.headers, ...called.headers };
    if (!(outcome instanceof StoaError)) {
      answerJson(res, 200, outcome.json, {
        headers,
        beforeLastByte: bytes => called.finish(bytes, 200),
      });
      return;
    }
    const { code, message, details, status } = outcome;
    const envelope = {
      error: { code, message, details, correlation_id: call.requestId },
    };
    answerJson(res, status, JSON.stringify(envelope), {
      headers: {
        ...headers,
        ...errorHeaders(outcome, entrance.metadataUrl(MCP_PREFIX)),
      },
      beforeLastByte: bytes => called.finish(bytes, status),
    });
  }
}

/** `{"arguments": {…}}`. Throws `stoa.bad_request`, or `stoa.validation` naming the field. */
function readArguments(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new StoaError('stoa.bad_request', 'The body is not readable JSON.');
  }
  if (!isRecord(value)) throw invalid('body', 'is not an object');
  const stray = Object.keys(value).find(key => key !== 'arguments');
  if (stray !== undefined) throw invalid(stray, 'is not known here');
  const args = value.arguments ?? {};
  if (!isRecord(args)) throw invalid('arguments', 'is not an object');
  return args;
}

function requireMethod(req: IncomingMessage, method: 'GET' | 'POST'): void {
  if (req.method !== method) {
    throw new StoaError('stoa.method_not_allowed', `Use ${method} here.`);
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw nothingHere();
  }
}

function nothingHere(): StoaError {
  return new StoaError('stoa.not_found', 'Nothing is served here.');
}

function invalid(field: string, message: string): StoaError {
  return new StoaError('stoa.validation', `${field}: ${message}`, {
    details: [{ field, message }],
  });
}
