/**
 * Does work whenever it is told that there is some, and every so often in case
 * nobody told. `work` answers how much it found; it is asked again at once as
 * long as that is not nothing.
 */
export class Poller {
  #running = false;
  #poked = false;
  #wake: (() => void) | undefined;
  #loop: Promise<void> | undefined;

  constructor(
    readonly options: {
      readonly everyMs: number;
      readonly work: () => Promise<number>;
      readonly onError: (error: Error) => void;
    },
  ) {}

  start(): void {
    this.#running = true;
    this.#loop = this.#run();
  }

  /** Cheap, may be called for every commit. */
  poke(): void {
    this.#poked = true;
    this.#wake?.();
  }

  /** Finishes the work in hand. */
  async stop(): Promise<void> {
    this.#running = false;
    this.poke();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (this.#running) {
      let found = 0;
      this.#poked = false;
      try {
        found = await this.options.work();
      } catch (error) {
        this.options.onError(error as Error);
      }
      if (found === 0 && !this.#poked && this.#running) await this.#sleep();
    }
  }

  async #sleep(): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, this.options.everyMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
