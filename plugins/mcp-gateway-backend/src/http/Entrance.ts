import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { StoaError } from '@stoa/plugin-stoa-common';
import {
  addressGroup,
  Call,
  clientAddress,
  errorEnvelope,
  parseRanges,
} from '@stoa/plugin-stoa-node';
import type {
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import { Access } from '../access/Access';
import { Authenticator } from '../access/Authenticator';
import { McpConfig } from '../config';
import { MCP_PREFIX } from './address';
import { answerEmpty, answerJson } from './answer';
import { errorHeaders } from './challenge';
import { originHeaders, preflightHeaders } from './origin';

/** A request that may go on: who calls, and header fields that its answer carries in any case. */
export interface Admitted {
  readonly access: Access;
  readonly headers: OutgoingHttpHeaders;
}

/** What every face begins and ends with: origin, credential, errors. */
export class Entrance {
  readonly #authenticator: Authenticator;
  readonly #config: McpConfig;
  readonly #logger: LoggerService;
  readonly #trustedProxies: ReturnType<typeof parseRanges>;

  constructor(options: {
    authenticator: Authenticator;
    config: McpConfig;
    logger: LoggerService;
  }) {
    this.#authenticator = options.authenticator;
    this.#config = options.config;
    this.#logger = options.logger;
    this.#trustedProxies = parseRanges(options.config.trustedProxies);
  }

  /**
   * Lets a request to the resource at `path` (`/mcp`, `/mcp/t/…`) in, and runs
   * `work`; answers a preflight itself, and whatever is thrown as the platform's
   * error envelope.
   */
  async admit(
    req: IncomingMessage,
    res: ServerResponse,
    call: Call,
    options: {
      path: string;
      sessions: boolean;
      work: (admitted: Admitted) => Promise<void>;
    },
  ): Promise<void> {
    let headers: OutgoingHttpHeaders = {};
    try {
      headers = originHeaders(req, this.#config.allowedOrigins);
      if (req.method === 'OPTIONS') {
        answerEmpty(res, 204, { ...headers, ...preflightHeaders() });
        return;
      }
      const access = await this.#authenticator.authenticate(req.rawHeaders, {
        audiences: this.#audiences(options.path),
        sessions: options.sessions,
        source: () => addressGroup(clientAddress(req, this.#trustedProxies)),
      });
      await options.work({ access, headers });
    } catch (thrown) {
      this.#refuse(thrown, { req, res, call, headers, path: options.path });
    }
  }

  /** A token for the whole gateway is good for every address of it; one for an address only there. */
  #audiences(path: string): string[] {
    const { baseUrl } = this.#config;
    const whole = baseUrl + MCP_PREFIX;
    return path === MCP_PREFIX ? [whole] : [baseUrl + path, whole];
  }

  /** Where RFC 9728 §3.1 wants the metadata of a resource. */
  metadataUrl(path: string): string {
    return `${
      this.#config.baseUrl
    }/.well-known/oauth-protected-resource${path}`;
  }

  /** In the same words whatever is wrong with a credential, so that nothing can be told from them. */
  #told(thrown: unknown, path: string): StoaError {
    if (!(thrown instanceof StoaError)) {
      return new StoaError('stoa.internal', 'Something went wrong here.');
    }
    return thrown.code === 'stoa.unauthenticated'
      ? new StoaError(
          thrown.code,
          `Send a valid access token for the resource ${
            this.#config.baseUrl
          }${path}, or a key of a subscription to its tools. One that has expired, or is meant for another resource, will not do.`,
        )
      : thrown;
  }

  #refuse(
    thrown: unknown,
    where: {
      req: IncomingMessage;
      res: ServerResponse;
      call: Call;
      headers: OutgoingHttpHeaders;
      path: string;
    },
  ): void {
    const { req, res, call, headers, path } = where;
    const presented = req.headers.authorization !== undefined;
    const error = this.#told(thrown, path);
    if (!(thrown instanceof StoaError)) {
      this.#logger.error(
        `Request ${call.requestId} failed: ${stringifyError(thrown)}`,
      );
    }
    answerJson(
      res,
      error.status,
      JSON.stringify(errorEnvelope(error, call.requestId)),
      {
        headers: {
          ...headers,
          ...errorHeaders(error, this.metadataUrl(path), presented),
          // The rest of a body that is not read must not be taken for a request.
          ...(!req.complete && { connection: 'close' }),
        },
      },
    );
  }
}
