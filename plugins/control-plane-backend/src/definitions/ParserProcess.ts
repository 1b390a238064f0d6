import { ChildProcess, fork } from 'node:child_process';
import { DefinitionReport } from './report';

/** Why a process ended without an answer. */
export class ParserDied extends Error {
  /** `timeout`: we ended it; `crash`: it ended in the way of a process without memory; `fault`: it threw. */
  readonly reason: 'timeout' | 'crash' | 'fault';

  constructor(reason: ParserDied['reason']) {
    super(`The parser process ended (${reason})`);
    this.name = 'ParserDied';
    this.reason = reason;
  }
}

/**
 * A process that parses one definition at a time.
 *
 * A process and not a thread: when a thread runs out of memory inside a native
 * function such as `JSON.parse`, V8 ends the whole process. It gets none of our
 * environment, as it handles what strangers wrote.
 */
export class ParserProcess {
  readonly #child: ChildProcess;

  constructor(megabytes: number) {
    // An entry of this package, so that it is found from sources and from a build alike.
    const file = require.resolve(
      '@stoa/plugin-control-plane-backend/definition-worker',
    );
    this.#child = fork(file, [], {
      execArgv: [`--max-old-space-size=${megabytes}`],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child.on('error', () => this.#child.kill('SIGKILL'));
    this.#keepAlive(false);
  }

  get alive(): boolean {
    return this.#child.connected;
  }

  /** Throws `ParserDied`; the process is of no use afterwards. */
  async parse(
    bytes: Uint8Array,
    milliseconds: number,
  ): Promise<DefinitionReport> {
    const child = this.#child;
    this.#keepAlive(true);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, milliseconds);
    const listeners = new AbortController();
    try {
      return await new Promise((resolve, reject) => {
        const died = (code: number | null) => {
          const fault = code === 1 ? 'fault' : 'crash';
          reject(new ParserDied(late ? 'timeout' : fault));
        };
        child.once('message', message => resolve(message as DefinitionReport));
        child.once('exit', died);
        listeners.signal.addEventListener('abort', () => {
          child.removeAllListeners('message');
          child.off('exit', died);
        });
        if (child.exitCode !== null || child.signalCode !== null) {
          died(child.exitCode);
        } else {
          child.send(bytes, error => error && died(child.exitCode));
        }
      });
    } finally {
      clearTimeout(timer);
      listeners.abort();
      this.#keepAlive(false);
    }
  }

  /** Ends the process; a definition under way fails. */
  end(): void {
    this.#child.kill('SIGKILL');
  }

  // An idle parser must not keep our own process alive, a busy one must.
  #keepAlive(yes: boolean): void {
    if (yes) {
      this.#child.ref();
      this.#child.channel?.ref();
    } else {
      this.#child.unref();
      this.#child.channel?.unref();
    }
  }
}
