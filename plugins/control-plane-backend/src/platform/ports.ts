import { Schema } from '@stoa/plugin-stoa-common';

export type PortName = Schema<'PlatformPort'>['port'];

/** What `doctor` says of a port: what is wrong or could be better, and the key of the configuration to set. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly key: string;
  readonly fix: string;
}

/** A way out of the control plane, as the operator configured it. */
export interface Port {
  readonly name: PortName;
  /** What stands behind it, such as `embedded` or `vault`. */
  readonly adapter: string;
  readonly configured: boolean;
  /** Resolves when the other side answers as it should; absent where there is nothing to ask. */
  readonly probe?: () => Promise<void>;
  /** What to say when it does not. */
  readonly failure: Omit<Finding, 'severity'>;
  /** What is to say in any case. */
  readonly findings?: readonly Finding[];
}

/** A broken dependency must not hold up the answer about the others. */
const TIMEOUT_MS = 5_000;

/** Asks all ports at once. What a failure says stays in our log: it may name hosts and accounts. */
export async function checkPorts(
  ports: readonly Port[],
  onFailure: (port: PortName, error: unknown) => void,
): Promise<Schema<'PlatformPort'>[]> {
  return Promise.all(
    ports.map(async ({ name, adapter, configured, probe }) => {
      const port = { port: name, adapter, configured };
      if (!configured) return { ...port, status: 'off' as const };
      if (!probe) return { ...port, status: 'ok' as const };
      const started = performance.now();
      const took = () => Math.round(performance.now() - started);
      try {
        await within(TIMEOUT_MS, probe());
        return { ...port, status: 'ok' as const, latency_ms: took() };
      } catch (error) {
        onFailure(name, error);
        return { ...port, status: 'failed' as const, latency_ms: took() };
      }
    }),
  );
}

/** The findings that a state of the ports gives rise to, the worst first. */
export function diagnose(
  ports: readonly Port[],
  states: readonly Schema<'PlatformPort'>[],
): Schema<'PlatformFinding'>[] {
  const order = { error: 0, warning: 1, info: 2 };
  return ports
    .flatMap(port => {
      const failed = states.some(
        state => state.port === port.name && state.status === 'failed',
      );
      return [
        ...(failed ? [{ severity: 'error' as const, ...port.failure }] : []),
        ...(port.findings ?? []),
      ].map(finding => ({ port: port.name, ...finding }));
    })
    .sort((a, b) => order[a.severity] - order[b.severity]);
}

async function within(milliseconds: number, work: Promise<void>) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
