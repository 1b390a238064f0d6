// The official SDK, 2.x: its handler for both eras, which makes a server for each
// request. No authentication, limit or metering. What turns Node's objects into those
// of the Fetch standard is the least that does.
import { createServer } from 'node:http';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { callItem, inputShape } from './itemTool.mjs';
import { listen, readAll } from '../../programs/listen.mjs';

const inputSchema = z.object(inputShape);
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'bench', version: '1' });
  server.registerTool('getItem', { inputSchema }, callItem);
  return server;
});

listen(
  createServer({ keepAliveTimeout: 60_000 }, async (req, res) => {
    const answer = await handler.fetch(
      new Request(`http://${req.headers.host}${req.url}`, {
        method: req.method,
        headers: req.headers,
        body: await readAll(req),
      }),
    );
    const body = Buffer.from(await answer.arrayBuffer());
    res.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type'),
      'content-length': body.length,
    });
    res.end(body);
  }),
);
