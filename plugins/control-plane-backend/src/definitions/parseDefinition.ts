import { StoaError } from '@stoa/plugin-stoa-common';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { ParserDied, ParserProcess } from './ParserProcess';
import {
  ApiDescription,
  CompiledToolSet,
  DefinitionDiff,
  DefinitionReport,
  ParsedDefinition,
  ToolSelection,
} from './report';

/** Largest definition, in bytes. */
export const MAX_DEFINITION_BYTES = 30 * 1024 * 1024;

export interface DefinitionParserOptions {
  /** Milliseconds for one definition; 60 s by default. */
  readonly timeout?: number;
  /** Megabytes of heap that one definition may take; 1,024 by default. */
  readonly memory?: number;
}

const MAX_PROCESSES = 2;
const MAX_WAITING = 100;
const IDLE_MILLISECONDS = 30_000;

/** Parses definitions in processes of its own, so that nobody else waits for them or falls with them. */
export class DefinitionParser {
  readonly #timeout: number;
  readonly #memory: number;
  readonly #idle = new Map<ParserProcess, NodeJS.Timeout>();
  readonly #busy = new Set<ParserProcess>();
  readonly #waiting: (() => void)[] = [];
  #places = MAX_PROCESSES;

  constructor(options: DefinitionParserOptions = {}) {
    this.#timeout = options.timeout ?? 60_000;
    this.#memory = options.memory ?? 1_024;
  }

  /**
   * Validates an OpenAPI 2.0, 3.0 or 3.1 document in YAML or JSON. Whatever is
   * wrong with it is a problem in the report: also that it is too large, or takes
   * too much time or memory. Throws `stoa.unavailable` when too many wait.
   */
  async parse(definition: string | Uint8Array): Promise<DefinitionReport> {
    const done = await this.#run(definition, 'check', (process, bytes) =>
      process.parse(bytes, this.#timeout),
    );
    return typeof done === 'string' ? refused(done) : done;
  }

  /**
   * Makes tools of a document that `parse` has nothing against. Whatever cannot
   * become a tool is a problem, also that all of it takes too much time or memory.
   * Throws `stoa.unavailable` when too many wait.
   */
  async compile(
    definition: string | Uint8Array,
    selection: ToolSelection,
  ): Promise<CompiledToolSet> {
    const done = await this.#run(definition, 'compile', (process, bytes) =>
      process.compile(bytes, selection, this.#timeout),
    );
    return typeof done === 'string'
      ? { tools: [], problems: [{ message: done }] }
      : done;
  }

  /** What gateways need of a document that `parse` has nothing against; as `compile`. */
  async describe(definition: Uint8Array): Promise<ApiDescription> {
    const done = await this.#run(definition, 'describe', (process, bytes) =>
      process.describe(bytes, this.#timeout),
    );
    return typeof done === 'string'
      ? { operations: [], problems: [{ message: done }] }
      : done;
  }

  /**
   * What changed between two documents that `parse` has nothing against. Throws
   * `stoa.definition.invalid` when that takes too much time or memory, and
   * `stoa.unavailable` when too many wait.
   */
  async compare(
    definition: Uint8Array,
    later: Uint8Array,
  ): Promise<DefinitionDiff> {
    const done = await this.#run(definition, 'compare', (process, bytes) =>
      process.compare(bytes, later, this.#timeout),
    );
    if (typeof done !== 'string') return done;
    throw new StoaError('stoa.definition.invalid', done, {
      details: [{ message: done, line: 1, column: 1 }],
    });
  }

  /** The result of the work, or why it could not be done, in words. */
  async #run<T>(
    definition: string | Uint8Array,
    verb: string,
    work: (process: ParserProcess, bytes: Uint8Array) => Promise<T>,
  ): Promise<T | string> {
    const bytes =
      typeof definition === 'string' ? Buffer.from(definition) : definition;
    if (bytes.length > MAX_DEFINITION_BYTES) {
      return `The definition is larger than ${MAX_DEFINITION_BYTES} bytes.`;
    }
    await this.#takePlace();
    const worker = this.#takeProcess();
    this.#busy.add(worker);
    try {
      return await work(worker, bytes);
    } catch (error) {
      if (error instanceof ParserDied && error.reason === 'timeout') {
        return `The definition takes too long to ${verb}.`;
      }
      if (error instanceof ParserDied && error.reason === 'crash') {
        return `The definition takes too much memory to ${verb}.`;
      }
      throw unavailable(error);
    } finally {
      this.#busy.delete(worker);
      this.#putBack(worker);
      this.#leavePlace();
    }
  }

  /** Ends the processes; what is under way is reported as failed. */
  close(): void {
    for (const timer of this.#idle.values()) clearTimeout(timer);
    for (const worker of [...this.#idle.keys(), ...this.#busy]) worker.end();
    this.#idle.clear();
  }

  async #takePlace(): Promise<void> {
    if (this.#places > 0) {
      this.#places -= 1;
      return;
    }
    if (this.#waiting.length >= MAX_WAITING) throw unavailable();
    await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  #leavePlace(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#places += 1;
  }

  #takeProcess(): ParserProcess {
    for (const [worker, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(worker);
      if (worker.alive) return worker;
    }
    return new ParserProcess(this.#memory);
  }

  #putBack(worker: ParserProcess): void {
    if (!worker.alive) return;
    const timer = setTimeout(() => {
      this.#idle.delete(worker);
      worker.end();
    }, IDLE_MILLISECONDS);
    timer.unref();
    this.#idle.set(worker, timer);
  }
}

function refused(message: string): DefinitionReport {
  return { ok: false, problems: [{ message, line: 1, column: 1 }] };
}

function unavailable(cause?: unknown): StoaError {
  return new StoaError(
    'stoa.unavailable',
    'Definitions cannot be checked at the moment; try again.',
    { cause },
  );
}

let shared: DefinitionParser | undefined;

/** The parser that the whole process shares; when idle it keeps no process alive. */
export function sharedParser(): DefinitionParser {
  shared ??= new DefinitionParser();
  return shared;
}

/** Good reports by hash: a definition is checked when it is sent, projected and deployed, and is the same each time. */
const known = new LRUCache<string, ParsedDefinition>({ max: 100 });

/** `DefinitionParser.parse` on the shared parser. */
export async function parseDefinition(
  definition: string | Uint8Array,
): Promise<DefinitionReport> {
  const hash = createHash('sha256').update(definition).digest('hex');
  const found = known.get(hash);
  if (found) return found;
  const report = await sharedParser().parse(definition);
  if (report.ok) known.set(hash, report);
  return report;
}
