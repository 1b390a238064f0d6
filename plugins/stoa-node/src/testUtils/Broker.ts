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

  private constructor(readonly dataDir: string, readonly sasl?: string) {}

  /** @param sasl `user:password` that clients must show */
  static async start(sasl?: string): Promise<Broker> {
    const dataDir = await mkdtemp(join(tmpdir(), 'stoa-broker-'));
    const broker = new Broker(dataDir, sasl);
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
        ...(this.sasl ? ['--sasl', this.sasl] : []),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    this.#server = server;
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: server.stdout }).once('line', resolve);
      server.once('exit', () => reject(new Error('Kafka did not start')));
    });
    const { address, pid } = JSON.parse(line);
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
