import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot } from '../identity/dataDir';

/** A real Kafka broker of a test's own, see `scripts/services.mjs`. */
export class Broker {
  #server: ChildProcess | undefined;
  #pid = 0;
  #port: string | undefined;

  /** Of a broker that speaks TLS, the file with the certificate to trust. */
  ca: string | undefined;

  private constructor(
    readonly dataDir: string,
    readonly options: { readonly sasl?: string; readonly tls?: boolean },
  ) {}

  /** `sasl`: `user:password` that clients must show; `tls`: what clients must speak. */
  static async start(
    options: { readonly sasl?: string; readonly tls?: boolean } = {},
  ): Promise<Broker> {
    const dataDir = await mkdtemp(join(tmpdir(), 'stoa-broker-'));
    const broker = new Broker(dataDir, options);
    await broker.restart();
    return broker;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Ends it as a crash would (SIGKILL). */
  async kill(): Promise<void> {
    const ended = once(this.#server!, 'exit');
    process.kill(this.#pid, 'SIGKILL');
    await ended;
  }

  /** On the same port, with what it has on its disk. */
  async restart(): Promise<void> {
    const server = spawn(
      process.execPath,
      [
        join(repositoryRoot(), 'scripts/services.mjs'),
        ...['run', 'kafka', '--data-dir', this.dataDir],
        ...(this.#port ? ['--port', this.#port] : []),
        ...(this.options.sasl ? ['--sasl', this.options.sasl] : []),
        ...(this.options.tls ? ['--tls'] : []),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    this.#server = server;
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: server.stdout }).once('line', resolve);
      server.once('exit', () => reject(new Error('Kafka did not start')));
    });
    const { address, pid, ca } = JSON.parse(line);
    this.ca = ca;
    this.#port = address.split(':')[1];
    this.#pid = pid;
  }

  async stop(): Promise<void> {
    const server = this.#server!;
    if (server.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    }
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
