import { Call } from '@stoa/plugin-stoa-node';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MCP_PREFIX, pathOf, readAddress } from '../http/address';
import { answerEmpty, answerJson } from '../http/answer';
import { SCOPES } from '../http/challenge';

/** Where it is mounted, below `/.well-known/`. */
export const METADATA_NAME = 'oauth-protected-resource';
const PREFIX = '/.well-known/oauth-protected-resource';

/**
 * Metadata of the gateway, and of each virtual server, as protected resources
 * (RFC 9728). It is the same for a server that exists and one that does not: who
 * has no token learns nothing of what is here.
 */
export function serveMetadata(options: {
  /** Without a slash at its end. */
  baseUrl: string;
  /** Issuers whose tokens are accepted. */
  issuers: readonly string[];
}) {
  return (req: IncomingMessage, res: ServerResponse, call: Call): void => {
    const headers = { 'access-control-allow-origin': '*' };
    // Clients that were told no address look for the only one of the host.
    const address = readAddress(call.path.slice(PREFIX.length) || MCP_PREFIX);
    if (!address || address.kind === 'rest') {
      answerJson(
        res,
        404,
        JSON.stringify({
          error: {
            code: 'stoa.not_found',
            message: 'Nothing is served here.',
            correlation_id: call.requestId,
          },
        }),
        { headers },
      );
      return;
    }
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      answerEmpty(res, 405, { ...headers, allow: 'GET, HEAD' });
      return;
    }
    answerJson(
      res,
      200,
      JSON.stringify({
        resource: options.baseUrl + pathOf(address),
        authorization_servers: options.issuers,
        scopes_supported: SCOPES,
        bearer_methods_supported: ['header'],
        resource_name: 'STOA MCP gateway',
      }),
      { headers: { ...headers, 'cache-control': 'public, max-age=300' } },
    );
  };
}
