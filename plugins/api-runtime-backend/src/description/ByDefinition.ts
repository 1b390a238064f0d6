import { StoaError } from '@stoa/plugin-stoa-common';
import { Backends, GatewayConfig } from '@stoa/plugin-stoa-node';
import { answerFields } from '../answerFields';
import { Budget } from '../Budget';
import { Caching } from '../cache/Caching';
import { sendReply } from '../exchange';
import { Forwarded } from '../forwarded';
import { hasBody, requestBody } from '../requestBody';
import { checkRequest } from './checkRequest';
import { Descriptions } from './Descriptions';
import { mockAnswer } from './mockAnswer';
import { Matched, OperationTable } from './OperationTable';

/** Of bodies that are read whole, at once. */
const MOST_READ_BYTES = 256 * 1024 * 1024;

/** Holds calls against the API's definition, or answers by it, where the route says so. */
export class ByDefinition {
  readonly #descriptions: Descriptions;
  readonly #caching: Caching;
  readonly #backends: Backends;
  readonly #budget = new Budget(MOST_READ_BYTES);
  readonly #config: GatewayConfig;

  constructor(options: {
    descriptions: Descriptions;
    caching: Caching;
    backends: Backends;
    config: GatewayConfig;
  }) {
    this.#descriptions = options.descriptions;
    this.#caching = options.caching;
    this.#backends = options.backends;
    this.#config = options.config;
  }

  /**
   * As `Caching.serve`, of a call whose path below the route is `rest`. Throws too
   * `stoa.not_found`, `stoa.method_not_allowed` and `stoa.validation` for what the
   * definition has not, `stoa.unsupported_media_type`, `stoa.not_acceptable`, and
   * `stoa.not_implemented` for what it says nothing of.
   */
  async serve(forwarded: Forwarded, rest: string): Promise<void> {
    const { route, plan } = forwarded;
    const { validation, mock } = plan;
    if (!validation && !mock) {
      await this.#caching.serve(forwarded);
      return;
    }
    const table = await this.#descriptions.of(route);
    const passes = !mock && validation?.undescribed === 'passed';
    const matched = find(table, rest, forwarded, passes);
    let held = 0;
    const hold = (bytes: number) => {
      if (!this.#budget.take(bytes)) {
        throw new StoaError(
          'stoa.unavailable',
          'Too many bodies are being read; try again in a moment.',
        );
      }
      held += bytes;
    };
    try {
      const maxBytes = validation?.maxBodyBytes;
      const body =
        matched && maxBytes !== undefined
          ? await this.#check(forwarded, { matched, maxBytes, hold })
          : undefined;
      if (matched && mock) answer(forwarded, matched);
      else await this.#caching.serve({ ...forwarded, body });
    } finally {
      this.#budget.give(held);
    }
  }

  /** The body, where it had to be read; `hold` is told of each piece of it. */
  #check(
    forwarded: Forwarded,
    how: { matched: Matched; maxBytes: number; hold: (bytes: number) => void },
  ): Promise<Buffer | undefined> {
    const { req, call, route, caller } = forwarded;
    return checkRequest({
      req,
      matched: how.matched,
      query: call.query,
      hasBody: hasBody(req),
      readBody: async () => {
        // Whoever sends slowly takes a place for it, as on the way to the backend.
        const leave = this.#backends.enter(
          route,
          `subscription ${caller.facts.subscriptionId}`,
        );
        try {
          return await this.#read(forwarded, how);
        } finally {
          leave();
        }
      },
    });
  }

  async #read(
    { req, res, plan, record }: Forwarded,
    { maxBytes, hold }: { maxBytes: number; hold: (bytes: number) => void },
  ): Promise<Buffer> {
    const most = Math.min(plan.maxBytes, this.#config.maxRequestBytes);
    const body = requestBody(req, {
      maxBytes: Math.min(maxBytes, most),
      onBytes: count => {
        record.requestBytes += count;
        hold(count);
      },
    });
    if (req.headers.expect) res.writeContinue();
    const chunks: Buffer[] = [];
    for await (const chunk of body!) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}

/** Nothing where the definition has no such operation, and the call may pass all the same. */
function find(
  table: OperationTable,
  rest: string,
  { req, headers }: Forwarded,
  passes: boolean,
): Matched | undefined {
  const found = table.find(req.method!, rest);
  if (found && 'operation' in found) return found;
  if (passes) return undefined;
  if (!found) {
    throw new StoaError(
      'stoa.not_found',
      'The definition of this API has no such path.',
    );
  }
  headers.allow = found.allow.join(', ');
  throw new StoaError(
    'stoa.method_not_allowed',
    `The definition of this API has no ${req.method} here.`,
  );
}

function answer(forwarded: Forwarded, { operation }: Matched): void {
  const { req, res, record, headers } = forwarded;
  const chosen = mockAnswer(operation.answers, req.headers);
  const body = Buffer.from(chosen.body);
  const type = chosen.type === undefined ? [] : ['content-type', chosen.type];
  const length =
    chosen.status === 204 ? [] : ['content-length', String(body.length)];
  sendReply(
    {
      status: chosen.status,
      fields: [...chosen.headers, ...type, ...length],
      body: req.method === 'HEAD' ? Buffer.alloc(0) : body,
    },
    {
      res,
      record,
      responseHeaders: answerFields(forwarded, () => headers),
    },
  );
  req.resume();
}
