/**
 * Places for work that is on its way: so many in all, and of one tenant, so that
 * one whose other side is slow holds up its own tenant only.
 */
export class Places {
  readonly #taken = new Set<{ tenantId: string; done: Promise<void> }>();

  constructor(readonly limits: { total: number; perTenant: number }) {}

  get free(): number {
    return Math.max(0, this.limits.total - this.#taken.size);
  }

  /** Tenants that have all the places they may have. */
  get busyTenants(): string[] {
    const counts = new Map<string, number>();
    for (const { tenantId } of this.#taken) {
      counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1);
    }
    return [...counts]
      .filter(([, count]) => count >= this.limits.perTenant)
      .map(([tenantId]) => tenantId);
  }

  /** Keeps a place until the work is done, which never rejects. */
  take(tenantId: string, work: Promise<void>, onFree: () => void): void {
    const entry = { tenantId, done: work };
    this.#taken.add(entry);
    void work.then(() => {
      this.#taken.delete(entry);
      onFree();
    });
  }

  async allDone(): Promise<void> {
    await Promise.all([...this.#taken].map(({ done }) => done));
  }
}
