import { Budget } from '../Budget';

export interface RecordingOptions {
  readonly maxBytes: number;
  /** Of all bodies that are being copied. */
  readonly budget: Budget;
  /** Takes the whole body. */
  readonly finish: (body: Buffer) => void;
}

/** A body on its way to the caller, copied for the cache as far as it is not too large. */
export class Recording {
  readonly #options: RecordingOptions;
  #chunks: Buffer[] | undefined = [];
  #bytes = 0;

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  add(chunk: Buffer): void {
    if (!this.#chunks) return;
    const { maxBytes, budget } = this.#options;
    const fits =
      this.#bytes + chunk.length <= maxBytes && budget.take(chunk.length);
    if (!fits) {
      this.drop();
      return;
    }
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
  }

  /** The body was whole. */
  finish(): void {
    if (this.#chunks) this.#options.finish(Buffer.concat(this.#chunks));
    this.drop();
  }

  /** To be called in any case, in the end. */
  drop(): void {
    this.#options.budget.give(this.#bytes);
    this.#bytes = 0;
    this.#chunks = undefined;
  }
}
