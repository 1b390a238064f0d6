/** A number of places that calls share, under a name. */
export type Limit = readonly [name: string, max: number];

/** Counts the calls that are being served, by what they have in common. */
export class Places {
  readonly #taken = new Map<string, number>();

  /**
   * Takes a place under each name, all or none. Gives the way to give them back,
   * to be called once; or the first name that has none left.
   */
  take(limits: readonly Limit[]): (() => void) | string {
    for (const [name, max] of limits) {
      if ((this.#taken.get(name) ?? 0) >= max) return name;
    }
    for (const [name] of limits) this.#add(name, 1);
    return () => {
      for (const [name] of limits) this.#add(name, -1);
    };
  }

  #add(name: string, count: number): void {
    const taken = (this.#taken.get(name) ?? 0) + count;
    if (taken > 0) this.#taken.set(name, taken);
    else this.#taken.delete(name);
  }
}
