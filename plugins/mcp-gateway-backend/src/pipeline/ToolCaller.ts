import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { StoaError } from '@stoa/plugin-stoa-common';
import {
  ArgumentError,
  Backends,
  CallRecord,
  FailureReports,
  Fault,
  judgeOf,
  Limiters,
  MeteringSink,
  MeteringStatus,
  takeFromLimits,
} from '@stoa/plugin-stoa-node';
import { Access, Verdict } from '../access/Access';
import { callRest, RestAnswer } from '../backends/callRest';
import { errorResult, ToolResult, toResult } from '../backends/toResult';
import { McpConfig } from '../config';
import { ServedTool } from '../registry/ServedTool';
import { countedCall } from './limits';

/** What is kept of a service's answer. */
const ANSWER_CHARS = 2_000;

export interface ToolCallerOptions {
  readonly limiters: Limiters;
  readonly backends: Backends;
  readonly metering: MeteringSink;
  readonly failures: FailureReports;
  readonly config: McpConfig;
  readonly logger: LoggerService;
}

export interface ToolCall {
  readonly access: Access;
  /** What the name stands for where it was called; nothing when it stands for nothing. */
  readonly tool: ServedTool | undefined;
  readonly args: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  readonly requestBytes: number;
  /** Ends the work when the caller has gone, where the protocol says so. */
  readonly signal?: AbortSignal;
}

/** What became of a call, for the face that it came through. */
export interface Called {
  /** Header fields for the answer: where the caller stands with the limit. */
  readonly headers: Readonly<Record<string, string>>;
  /** A result, or an error of the platform: `stoa.not_found` for a tool that is unknown to the caller, `stoa.forbidden`, `stoa.rate_limited`, `stoa.unavailable`. */
  readonly outcome: ToolResult | StoaError;
  /** Meters the call; to be called once, before the last byte of the answer. */
  finish(responseBytes: number, httpStatus: number): void;
}

/** The one way to a tool, whatever face a call came through. */
export class ToolCaller {
  readonly #options: ToolCallerOptions;

  constructor(options: ToolCallerOptions) {
    this.#options = options;
  }

  /** Policy, limit, arguments, call, result: in this order. Never throws. */
  async call(call: ToolCall): Promise<Called> {
    const { access, tool } = call;
    if (!tool) return { headers: {}, outcome: unknownTool(), finish() {} };
    const record = this.#record(call, tool);
    const headers: Record<string, string> = {};
    const called = (outcome: Called['outcome'], status: MeteringStatus) => ({
      headers,
      outcome,
      finish(responseBytes: number, httpStatus: number) {
        record.responseBytes = responseBytes;
        record.finish(status, httpStatus);
      },
    });
    try {
      const verdict = await access.judge(tool);
      if (!verdict.decision.allow) {
        return called(refusal(verdict), 'policy_denied');
      }
      if (verdict.subscription) {
        record.caller = {
          ...record.caller,
          subscription_id: verdict.subscription.id,
        };
      }
      const taken = await takeFromLimits(
        this.#options.limiters,
        countedCall({ access, tool, verdict }),
      );
      Object.assign(headers, taken.headers);
      if (taken.refusal) throw taken.refusal;
      const faults = judgeOf(tool.tool.inputSchema)(call.args);
      if (faults) return called(wrongArguments(faults), 'invalid');
      const { result, status } = await this.#forward(call, {
        tool,
        verdict,
        record,
      });
      return called(result, status);
    } catch (error) {
      if (error instanceof StoaError) return called(error, statusOf(error));
      this.#options.logger.error(
        `Call ${call.requestId} of the tool ${
          tool.aggregateName
        } failed: ${stringifyError(error)}`,
      );
      return called(
        new StoaError('stoa.internal', 'Something went wrong here.'),
        'error',
      );
    }
  }

  #record({ access, requestId, requestBytes }: ToolCall, tool: ServedTool) {
    const { item, route } = tool.server;
    const { subject, clientId } = access.principal;
    const record = new CallRecord({
      sink: this.#options.metering,
      subject: {
        kind: 'tool',
        tenant_id: item.tenant_id,
        environment: route.environment,
        api: route.apiId,
        version: route.version,
        server: item.slug,
        tool: tool.tool.name,
      },
      requestId,
    });
    record.caller = { subject, ...(clientId && { client_id: clientId }) };
    record.requestBytes = requestBytes;
    return record;
  }

  async #forward(
    { access, args, requestId, signal }: ToolCall,
    known: { tool: ServedTool; verdict: Verdict; record: CallRecord },
  ): Promise<{ result: ToolResult; status: MeteringStatus }> {
    const { backends, config } = this.#options;
    const { tool, verdict, record } = known;
    const { route } = tool.server;
    const leave = backends.enter(
      route,
      verdict.subscription
        ? `subscription ${verdict.subscription.id}`
        : `person ${access.principal.subject}`,
    );
    let answer: RestAnswer;
    try {
      answer = await callRest({
        agent: backends.agentFor(route),
        tool,
        args,
        requestId,
        record,
        maxBytes: config.maxResponseBytes,
        timeoutMs: config.callTimeoutMs,
        signal,
      });
    } catch (error) {
      if (error instanceof ArgumentError) {
        const fault = { path: `/${error.argument}`, message: error.message };
        return { result: wrongArguments([fault]), status: 'invalid' };
      }
      if (signal?.aborted) {
        // Nobody is there to read it, and nobody is to blame.
        return { result: errorResult('The caller has left.'), status: 'error' };
      }
      return this.#unreached(error, { access, tool, args, requestId });
    } finally {
      leave();
    }
    const result = toResult(answer, tool);
    if (result.fault === undefined) return { result, status: 'success' };
    this.#options.failures.add({
      ...whoseFailure(access, tool, requestId),
      type: 'server_internal_error',
      message: result.fault,
      httpStatus: answer.status,
      request: { tool: tool.tool.name, arguments: args },
      response: { body: answer.body.toString('utf8').slice(0, ANSWER_CHARS) },
    });
    return { result, status: 'error' };
  }

  /** No whole answer came: the model learns that it was not its fault. */
  #unreached(
    error: unknown,
    call: {
      access: Access;
      tool: ServedTool;
      args: unknown;
      requestId: string;
    },
  ): { result: ToolResult; status: MeteringStatus } {
    const known = error instanceof StoaError ? error : undefined;
    const late =
      known?.code === 'stoa.backend.timeout' ||
      Object(known?.details).class === 'timeout';
    const { access, tool, args, requestId } = call;
    this.#options.failures.add({
      ...whoseFailure(access, tool, requestId),
      request: { tool: tool.tool.name, arguments: args },
      response: {},
      type: late ? 'server_timeout' : 'server_unavailable',
      message: stringifyError(error),
    });
    return {
      result: errorResult(
        late
          ? 'The service did not answer in time. Try again later.'
          : 'The service cannot be reached. Try again later, or tell its owner.',
      ),
      status: late ? 'timeout' : 'error',
    };
  }
}

/** What a report of a failure says of the call. */
function whoseFailure(access: Access, tool: ServedTool, requestId: string) {
  const { item, route } = tool.server;
  return {
    tenantId: item.tenant_id,
    subject: access.principal.subject,
    server: item.slug,
    tool: tool.tool.name,
    api: route.apiId,
    environment: route.environment,
    requestId,
  };
}

/** The same for a tool that does not exist and for one that the caller may not know. */
export function unknownTool(): StoaError {
  return new StoaError('stoa.not_found', 'There is no tool of that name.');
}

function refusal({ decision }: Verdict): StoaError {
  if (decision.rule !== 'scope') return unknownTool();
  return new StoaError(
    'stoa.forbidden',
    `Refused by the rule "${decision.rule}".`,
    { details: { rule: decision.rule, missing: decision.missing } },
  );
}

function wrongArguments(faults: readonly Fault[]): ToolResult {
  const list = faults.map(
    ({ path, message }) => `- ${path || 'the arguments'}: ${message}`,
  );
  return errorResult(
    `The arguments are not right. Correct them and call again:\n${list.join(
      '\n',
    )}`,
  );
}

function statusOf({ code }: StoaError): MeteringStatus {
  if (code === 'stoa.rate_limited') return 'rate_limited';
  return code === 'stoa.forbidden' ? 'policy_denied' : 'error';
}
