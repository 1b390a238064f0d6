import { Receiver } from './Receiver';

type Tool = Record<string, unknown>;

/** An MCP server of the protocol of 2025 that says what it is told to, fit or not. */
export class McpUpstream {
  tools: readonly Tool[] = [];
  /** How many tools are on a page; 0: all of them on one. */
  pageSize = 0;
  /** What a request must carry, or it is answered 401. */
  expected?: { readonly header: string; readonly value: string };

  private constructor(readonly receiver: Receiver) {
    receiver.respond = (response, { headers, event }) => {
      const { expected } = this;
      if (expected && headers[expected.header] !== expected.value) {
        response.writeHead(401).end('Who are you? hunter2');
        return;
      }
      const { id, method, params } = event;
      if (id === undefined) {
        response.writeHead(202).end();
        return;
      }
      response.setHeader('Content-Type', 'application/json');
      const answer = this.#answer(method, params);
      const error = { code: -32601, message: `No ${method} here` };
      response.end(
        JSON.stringify({
          jsonrpc: '2.0',
          id,
          ...(answer ? { result: answer } : { error }),
        }),
      );
    };
  }

  static async start(): Promise<McpUpstream> {
    return new McpUpstream(await Receiver.start());
  }

  get url(): string {
    return this.receiver.url;
  }

  /** How often a method was asked. */
  asked(method: string): number {
    return this.receiver.received.filter(r => r.event.method === method).length;
  }

  stop(): Promise<void> {
    return this.receiver.stop();
  }

  #answer(method: string, params?: { cursor?: string }) {
    if (method === 'initialize') {
      return {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'fixture', version: '1' },
      };
    }
    if (method !== 'tools/list') return undefined;
    if (!this.pageSize) return { tools: this.tools };
    const from = Number(params?.cursor ?? 0);
    const to = from + this.pageSize;
    return {
      tools: this.tools.slice(from, to),
      ...(to < this.tools.length && { nextCursor: String(to) }),
    };
  }
}
