import { ApiDescription, DescribedOperation } from '@stoa/plugin-stoa-node';
import { PathTemplate, segmentsOf } from './PathTemplate';

/** An operation that a call is one of, and what stands for the parameters of its path, encoded. */
export interface Matched {
  readonly operation: DescribedOperation;
  readonly values: ReadonlyMap<string, string>;
}

interface Entry {
  readonly template: PathTemplate;
  readonly operations: Map<string, DescribedOperation>;
}

/** The operations of a definition, to be found by method and path. */
export class OperationTable {
  /** Characters of the description. */
  readonly size: number;
  /** By the number of segments, the more particular templates first. */
  readonly #entries = new Map<number, Entry[]>();

  constructor({ operations }: ApiDescription) {
    const byPath = new Map<string, Entry>();
    for (const operation of operations) {
      let entry = byPath.get(operation.path);
      if (!entry) {
        const template = new PathTemplate(operation.path);
        entry = { template, operations: new Map() };
        byPath.set(operation.path, entry);
        const others = this.#entries.get(template.length) ?? [];
        others.push(entry);
        this.#entries.set(template.length, others);
      }
      if (!entry.operations.has(operation.method))
        entry.operations.set(operation.method, operation);
    }
    for (const entries of this.#entries.values()) {
      entries.sort((a, b) => (a.template.rank < b.template.rank ? -1 : 1));
    }
    this.size = JSON.stringify(operations).length + 1;
  }

  /**
   * The operation of a call; the methods that the path has where it has not this one;
   * undefined for a path that there is not. HEAD is GET where it is not described.
   */
  find(
    method: string,
    path: string,
  ): Matched | { readonly allow: readonly string[] } | undefined {
    const segments = segmentsOf(path);
    const allow = new Set<string>();
    for (const entry of this.#entries.get(segments.length) ?? []) {
      const values = entry.template.match(segments);
      if (!values) continue;
      const { operations } = entry;
      const operation =
        operations.get(method) ??
        (method === 'HEAD' ? operations.get('GET') : undefined);
      if (operation) return { operation, values };
      for (const known of operations.keys()) allow.add(known);
    }
    return allow.size > 0 ? { allow: [...allow] } : undefined;
  }
}
