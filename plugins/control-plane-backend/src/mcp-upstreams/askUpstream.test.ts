import { McpServer as LegacyServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { createDialler } from '@stoa/plugin-stoa-node';
import { Upstream } from '@stoa/plugin-stoa-node/testUtils';
import { randomUUID } from 'node:crypto';
import { IncomingMessage, RequestListener } from 'node:http';
import { askUpstream } from './askUpstream';

jest.setTimeout(60_000);

const TOOL = { description: 'Tells the weather' };
const nothing = async () => ({ content: [] });

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

/** A server of the official SDK 2.x, which answers both eras. */
function modern(): RequestListener {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'modern', version: '1' });
    server.registerTool('forecast', TOOL, nothing);
    return server;
  });
  return async (request, response) => {
    const answer = await handler.fetch(
      new Request(`http://${request.headers.host}${request.url}`, {
        method: request.method,
        headers: request.headers as Record<string, string>,
        body: request.method === 'POST' ? await textOf(request) : undefined,
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  };
}

/** A server of the official SDK 1.x with sessions, and how many of those are open. */
function legacy(): { listener: RequestListener; open: Map<string, unknown> } {
  const open = new Map<string, StreamableHTTPServerTransport>();
  return {
    open,
    listener: async (request, response) => {
      const id = String(request.headers['mcp-session-id'] ?? '');
      let transport = open.get(id);
      if (!transport) {
        const made = new StreamableHTTPServerTransport({
          sessionIdGenerator: randomUUID,
          onsessioninitialized: session => void open.set(session, made),
          onsessionclosed: session => void open.delete(session),
        });
        const server = new LegacyServer({ name: 'legacy', version: '1' });
        server.registerTool('forecast', TOOL, nothing);
        await server.connect(made);
        transport = made;
      }
      await transport.handleRequest(request, response);
    },
  };
}

/** The transport before Streamable HTTP, of the official SDK 1.x. */
function sse(): RequestListener {
  const open = new Map<string, SSEServerTransport>();
  return async (request, response) => {
    if (request.method === 'GET') {
      const transport = new SSEServerTransport('/messages', response);
      open.set(transport.sessionId, transport);
      const server = new LegacyServer({ name: 'sse', version: '1' });
      server.registerTool('forecast', TOOL, nothing);
      await server.connect(transport);
      return;
    }
    const session = new URL(request.url!, 'http://x').searchParams;
    const transport = open.get(session.get('sessionId') ?? '');
    if (transport) await transport.handlePostMessage(request, response);
    else response.writeHead(404).end();
  };
}

describe('asking a server', () => {
  let upstream: Upstream;
  beforeAll(async () => {
    upstream = await Upstream.start();
  });
  afterAll(() => upstream.stop());

  const ask = async (
    transport: 'streamable_http' | 'sse',
    path: string,
    deadlineMs?: number,
  ) => {
    const dialler = createDialler({ allow: [upstream.allowance] });
    try {
      return await askUpstream(
        dialler,
        { endpoint: `${upstream.url}${path}`, transport, headers: {} },
        async client => ({
          tools: (await client.listTools()).tools.map(({ name }) => name),
          protocol: client.getNegotiatedProtocolVersion(),
        }),
        deadlineMs,
      );
    } finally {
      await dialler.close();
    }
  };

  it('speaks the protocol of 2026 with who knows it', async () => {
    upstream.respond = modern();
    expect(await ask('streamable_http', '/mcp')).toEqual({
      answer: { tools: ['forecast'], protocol: '2026-07-28' },
      durationMs: expect.any(Number),
    });
  });

  it('speaks the protocol before with everybody else, and ends its session', async () => {
    const { listener, open } = legacy();
    upstream.respond = listener;
    expect(await ask('streamable_http', '/mcp')).toEqual({
      answer: { tools: ['forecast'], protocol: '2025-11-25' },
      durationMs: expect.any(Number),
    });
    expect(open.size).toBe(0);
  });

  it('uses the transport before where it is told to', async () => {
    upstream.respond = sse();
    expect(await ask('sse', '/sse')).toMatchObject({
      answer: { tools: ['forecast'] },
    });
  });

  it.each(['streamable_http', 'sse'] as const)(
    'does not wait for who says nothing (%s)',
    async transport => {
      upstream.respond = (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.write(': \n\n');
      };
      expect(await ask(transport, '/mcp', 300)).toEqual({
        error: 'timeout',
        durationMs: expect.any(Number),
      });
    },
  );
});
