import { once } from 'node:events';
import {
  createServer,
  IncomingMessage,
  RequestListener,
  Server,
} from 'node:http';
import { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A backend of an API. What it answers can be changed at any time. */
export class Upstream {
  respond: RequestListener = (_req, res) => res.end('ok');
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((req, res) => this.respond(req, res));
  }

  static async start(): Promise<Upstream> {
    const upstream = new Upstream();
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  /** Lets it take upgrades; without a handler they are requests like others. */
  onUpgrade(
    handler:
      | ((req: IncomingMessage, socket: Duplex, head: Buffer) => void)
      | undefined,
  ): void {
    this.#server.removeAllListeners('upgrade');
    if (handler) this.#server.on('upgrade', handler);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get allowance(): string {
    return `127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
