/** A body on its way to the caller, copied for the cache as far as it is not too large. */
export class Recording {
  readonly #maxBytes: number;
  readonly #finish: (body: Buffer) => void;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number, finish: (body: Buffer) => void) {
    this.#maxBytes = maxBytes;
    this.#finish = finish;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) this.#chunks = [];
    else this.#chunks.push(chunk);
  }

  /** The body was whole. */
  finish(): void {
    if (this.#bytes <= this.#maxBytes)
      this.#finish(Buffer.concat(this.#chunks));
  }
}
