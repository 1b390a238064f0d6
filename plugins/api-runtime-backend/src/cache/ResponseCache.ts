import { LRUCache } from 'lru-cache';
import { Budget } from '../Budget';
import { Freshness } from './freshness';
import { Answer } from './storedFields';

/** An answer that is kept, whole. */
export interface StoredAnswer extends Answer, Freshness {
  readonly body: Buffer;
}

/** Where an answer is kept. */
export interface Place {
  /** Whose memory it takes. */
  readonly tenantId: string;
  /** What a successful write makes out of date: a path of one deployment. */
  readonly resource: string;
  readonly key: string;
}

/** Of what is kept beside bodies and fields. */
const OVERHEAD_BYTES = 1_000;
/** Of all memory, for one answer. */
const ENTRY_SHARE = 1 / 16;

/**
 * Answers in memory. When it is full the tenant that takes most makes room, with what
 * was used least lately: what one tenant's callers do does not push out another's.
 */
export class ResponseCache {
  readonly #maxBytes: number;
  /** Of bodies that are on their way into the cache: as much again. */
  readonly budget: Budget;
  readonly #tenants = new Map<string, LRUCache<string, Entry>>();
  /** Keys by resource. */
  readonly #resources = new Map<string, Set<string>>();
  /** What is being received, which a write meanwhile makes out of date. */
  readonly #receiving = new Map<string, Set<Receipt>>();
  #bytes = 0;

  constructor(options: { readonly maxBytes: number }) {
    this.#maxBytes = options.maxBytes;
    this.budget = new Budget(options.maxBytes);
  }

  get(place: Place): StoredAnswer | undefined {
    return this.#tenants.get(place.tenantId)?.get(idOf(place))?.answer;
  }

  /** To be called when a request goes out whose answer may be kept; give its result to `put`, or to `end`. */
  begin(place: Place): Receipt {
    const receipt = { place, overtaken: false };
    const others = this.#receiving.get(place.resource) ?? new Set();
    this.#receiving.set(place.resource, others.add(receipt));
    return receipt;
  }

  end(receipt: Receipt): void {
    const { resource } = receipt.place;
    const others = this.#receiving.get(resource);
    others?.delete(receipt);
    if (others?.size === 0) this.#receiving.delete(resource);
  }

  /** Keeps an answer, unless something was written since its request went out. */
  put(receipt: Receipt, answer: StoredAnswer): void {
    this.end(receipt);
    if (receipt.overtaken || this.#maxBytes === 0) return;
    const { place } = receipt;
    const id = idOf(place);
    const size = sizeOf(answer, id);
    this.#tenant(place.tenantId).set(id, { place, answer, size }, { size });
    while (this.#bytes > this.#maxBytes && this.#evict());
  }

  remove(place: Place): void {
    this.#tenants.get(place.tenantId)?.delete(idOf(place));
  }

  /** Something was written there: what is kept of it, for whomever, is out of date (RFC 9111 §4.4). */
  invalidate(tenantId: string, resource: string): void {
    for (const receipt of this.#receiving.get(resource) ?? [])
      receipt.overtaken = true;
    for (const id of [...(this.#resources.get(resource) ?? [])])
      this.#tenants.get(tenantId)?.delete(id);
  }

  #tenant(tenantId: string): LRUCache<string, Entry> {
    let entries = this.#tenants.get(tenantId);
    if (!entries) {
      const maxSize = this.#maxBytes;
      entries = new LRUCache<string, Entry>({
        maxSize,
        maxEntrySize: Math.ceil(maxSize * ENTRY_SHARE),
        onInsert: (entry, id) => this.#inserted(entry, id),
        dispose: (entry, id) => this.#disposed(entry, id),
      });
      this.#tenants.set(tenantId, entries);
    }
    return entries;
  }

  #inserted({ place, size }: Entry, id: string): void {
    this.#bytes += size;
    const ids = this.#resources.get(place.resource) ?? new Set();
    this.#resources.set(place.resource, ids.add(id));
  }

  #disposed({ place, size }: Entry, id: string): void {
    this.#bytes -= size;
    const ids = this.#resources.get(place.resource);
    ids?.delete(id);
    if (ids?.size === 0) this.#resources.delete(place.resource);
  }

  /** False when nothing is left to give away. */
  #evict(): boolean {
    let largest: LRUCache<string, Entry> | undefined;
    for (const entries of this.#tenants.values()) {
      if (entries.calculatedSize > (largest?.calculatedSize ?? 0))
        largest = entries;
    }
    return largest?.pop() !== undefined;
  }
}

/** An answer on its way into the cache. */
export interface Receipt {
  readonly place: Place;
  overtaken: boolean;
}

interface Entry {
  readonly place: Place;
  readonly answer: StoredAnswer;
  readonly size: number;
}

function idOf({ resource, key }: Place): string {
  return `${resource} ${key}`;
}

function sizeOf({ fields, body }: StoredAnswer, id: string): number {
  const text = fields.reduce((sum, field) => sum + field.length, id.length);
  return body.length + text + OVERHEAD_BYTES;
}
