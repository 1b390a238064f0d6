import { ChildProcess, fork } from 'node:child_process';
import {
  ApiDescription,
  CompiledToolSet,
  DefinitionDiff,
  DefinitionReport,
  ToolProblem,
  ToolSelection,
} from './report';

/** What the process is asked: a report of a definition; with a selection, its tools; with a later one, what changed; or what gateways need of it. */
export interface Request {
  readonly bytes: Uint8Array;
  readonly selection?: ToolSelection;
  readonly later?: Uint8Array;
  readonly describe?: true;
}

/** What it says: a report, what changed, or tools in several parts and then the problems. */
export type Answer =
  | { readonly kind: 'report'; readonly report: DefinitionReport }
  | { readonly kind: 'diff'; readonly diff: DefinitionDiff | string }
  | { readonly kind: 'description'; readonly description: ApiDescription }
  | { readonly kind: 'tools'; readonly tools: CompiledToolSet['tools'] }
  | { readonly kind: 'problems'; readonly problems: readonly ToolProblem[] };

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
 * A process that parses one definition at a time, or makes its tools.
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
    let report: DefinitionReport | undefined;
    await this.#ask({ bytes }, milliseconds, answer => {
      if (answer.kind === 'report') report = answer.report;
      return true;
    });
    return report!;
  }

  /** Throws `ParserDied`; the process is of no use afterwards. */
  async compile(
    bytes: Uint8Array,
    selection: ToolSelection,
    milliseconds: number,
  ): Promise<CompiledToolSet> {
    const tools: CompiledToolSet['tools'][number][] = [];
    let problems: readonly ToolProblem[] = [];
    await this.#ask({ bytes, selection }, milliseconds, answer => {
      if (answer.kind === 'tools') tools.push(...answer.tools);
      if (answer.kind === 'problems') problems = answer.problems;
      return answer.kind === 'problems';
    });
    return { tools, problems };
  }

  /** What changed, or why that cannot be told. Throws `ParserDied`; the process is of no use afterwards. */
  async compare(
    bytes: Uint8Array,
    later: Uint8Array,
    milliseconds: number,
  ): Promise<DefinitionDiff | string> {
    let diff: DefinitionDiff | string | undefined;
    await this.#ask({ bytes, later }, milliseconds, answer => {
      if (answer.kind === 'diff') diff = answer.diff;
      return true;
    });
    return diff!;
  }

  /** Throws `ParserDied`; the process is of no use afterwards. */
  async describe(
    bytes: Uint8Array,
    milliseconds: number,
  ): Promise<ApiDescription> {
    let description: ApiDescription | undefined;
    await this.#ask({ bytes, describe: true }, milliseconds, answer => {
      if (answer.kind === 'description') description = answer.description;
      return true;
    });
    return description!;
  }

  /** Resolves when `take` says that an answer was the last. */
  async #ask(
    request: Request,
    milliseconds: number,
    take: (answer: Answer) => boolean,
  ): Promise<void> {
    const child = this.#child;
    this.#keepAlive(true);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, milliseconds);
    const listeners = new AbortController();
    try {
      await new Promise<void>((resolve, reject) => {
        const died = (code: number | null) => {
          const fault = code === 1 ? 'fault' : 'crash';
          reject(new ParserDied(late ? 'timeout' : fault));
        };
        const said = (message: unknown) => {
          if (take(message as Answer)) resolve();
        };
        child.on('message', said);
        child.once('exit', died);
        listeners.signal.addEventListener('abort', () => {
          child.off('message', said);
          child.off('exit', died);
        });
        if (child.exitCode !== null || child.signalCode !== null) {
          died(child.exitCode);
        } else {
          child.send(request, error => error && died(child.exitCode));
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
