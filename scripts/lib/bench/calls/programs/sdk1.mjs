// The official SDK, 1.x: stateless as its examples have it, a server and a transport
// made for each request. No authentication, limit or metering.
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { callItem, inputShape } from './itemTool.mjs';
import { listen } from '../../programs/listen.mjs';

listen(
  createServer({ keepAliveTimeout: 60_000 }, async (req, res) => {
    const server = new McpServer({ name: 'bench', version: '1' });
    server.registerTool('getItem', { inputSchema: inputShape }, callItem);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: undefined,
      enableJsonResponse: true,
    });
    res.once('close', () => server.close());
    await server.connect(transport);
    await transport.handleRequest(req, res);
  }),
);
