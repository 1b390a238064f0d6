import { StoaError } from '@stoa/plugin-stoa-common';
import { HotPathService, sendError } from '@stoa/plugin-stoa-node';
import { MCP_PREFIX, readAddress } from './http/address';
import { McpFace } from './protocol/McpFace';
import { RestFace } from './rest/RestFace';

/** `/mcp`, everything below it, and `/api/tools`. */
export function mountFaces(
  hotPath: HotPathService,
  faces: { mcp: McpFace; rest: RestFace },
): void {
  hotPath.mount(MCP_PREFIX, async (req, res, call) => {
    const address = readAddress(call.path);
    if (!address) {
      sendError(
        res,
        new StoaError('stoa.not_found', 'Nothing is served here.'),
        { correlationId: call.requestId },
      );
    } else if (address.kind === 'rest') {
      await faces.rest.handle(req, res, call, address.segments);
    } else {
      await faces.mcp.handle(req, res, call, address);
    }
  });
  hotPath.mount('/api/tools', (req, res, call) =>
    faces.rest.handle(
      req,
      res,
      call,
      call.path.slice('/api/'.length).split('/'),
    ),
  );
}
