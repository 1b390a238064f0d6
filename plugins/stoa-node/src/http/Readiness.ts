import {
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';

/** Says why a part is not ready, in words for an operator and without secrets; nothing when it is. */
export type ReadinessCheck = () =>
  | string
  | undefined
  | Promise<string | undefined>;

/** What `/ready` tells: every part by name, and why it is not ready if so. */
export interface ReadinessReport {
  readonly ready: boolean;
  readonly parts: Readonly<
    Record<string, { readonly ready: boolean; readonly reason?: string }>
  >;
}

/** Collects what must work before this process should be sent traffic. */
export interface ReadinessService {
  /** Registers a part. A check that throws, or takes over two seconds, is not ready. */
  add(name: string, check: ReadinessCheck): void;
  report(): Promise<ReadinessReport>;
}

const CHECK_TIMEOUT_MS = 2_000;

export class ReadinessRegistry implements ReadinessService {
  readonly #checks = new Map<string, ReadinessCheck>();

  add(name: string, check: ReadinessCheck): void {
    if (this.#checks.has(name)) {
      throw new Error(`The readiness of '${name}' is checked already`);
    }
    this.#checks.set(name, check);
  }

  async report(): Promise<ReadinessReport> {
    const parts = await Promise.all(
      [...this.#checks].map(async ([name, check]) => {
        const reason = await reasonOf(check);
        return [
          name,
          {
            ready: reason === undefined,
            ...(reason !== undefined && { reason }),
          },
        ] as const;
      }),
    );
    return {
      ready: parts.every(([, part]) => part.ready),
      parts: Object.fromEntries(parts),
    };
  }
}

/** What went wrong inside a check is for its own log: `/ready` is readable by anyone. */
async function reasonOf(check: ReadinessCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>(resolve => {
    timer = setTimeout(resolve, CHECK_TIMEOUT_MS, 'did not answer in time');
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return 'the check failed';
  } finally {
    clearTimeout(timer);
  }
}

export const readinessServiceRef = createServiceRef<ReadinessService>({
  id: 'stoa.readiness',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {},
      factory: () => new ReadinessRegistry(),
    }),
});
