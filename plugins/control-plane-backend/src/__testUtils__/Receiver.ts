import { Upstream } from '@stoa/plugin-stoa-node/testUtils';
import { createHmac } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';

/** A request as it came. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly event: Record<string, any>;
}

/** Where webhooks are sent to. What it answers can be changed at any time. */
export class Receiver {
  readonly received: Received[] = [];
  respond: (response: ServerResponse, request: Received) => void = response =>
    response.writeHead(204).end();
  readonly #upstream: Upstream;

  private constructor(upstream: Upstream) {
    this.#upstream = upstream;
    upstream.respond = async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const received = {
        path: String(request.url),
        headers: request.headers,
        body,
        event: body.length > 0 ? JSON.parse(body.toString()) : {},
      };
      this.received.push(received);
      this.respond(response, received);
    };
  }

  static async start(): Promise<Receiver> {
    return new Receiver(await Upstream.start());
  }

  get url(): string {
    return `${this.#upstream.url}/hook`;
  }

  /** For the dialler, as `host:port`. */
  get allowance(): string {
    return this.#upstream.allowance;
  }

  /** What came for a webhook that has the path `/hook/<name>`, or has no name. */
  at(name = ''): Received[] {
    const path = name ? `/hook/${name}` : '/hook';
    return this.received.filter(r => r.path === path);
  }

  stop(): Promise<void> {
    return this.#upstream.stop();
  }
}

/** Checks a signature as the contract describes it, with nothing of ours. */
export function isSigned(received: Received, secret: string): boolean {
  const header = String(received.headers['x-webhook-signature']);
  const [, time, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (Math.abs(Number(time) - Date.now() / 1000) > 300) return false;
  const signed = Buffer.concat([Buffer.from(`${time}.`), received.body]);
  return createHmac('sha256', secret).update(signed).digest('hex') === mac;
}
