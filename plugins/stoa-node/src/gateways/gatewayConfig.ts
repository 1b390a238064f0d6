import { Config } from '@backstage/config';
import { BackendLimits } from './Backends';

/** What an operator can set under `stoa.gateway`, for every gateway; times in milliseconds. */
export interface GatewayConfig extends BackendLimits {
  /** How long a key's last answer holds; 0 asks for each call. */
  readonly leaseMs: number;
  readonly maxRequestBytes: number;
  readonly callerTimeoutMs: number;
  /** Of answers that are kept in memory; 0 keeps none. */
  readonly cacheBytes: number;
  readonly badKeysPerMinute: number;
  readonly trustedProxies: readonly string[];
  /** Scheme under which callers reach this process. */
  readonly publicScheme: string;
}

export function readGatewayConfig(config: Config): GatewayConfig {
  const gateway = config.getOptionalConfig('stoa.gateway');
  const number = (key: string, fallback: number, least: number) => {
    const value = gateway?.getOptionalNumber(key) ?? fallback;
    if (!Number.isFinite(value) || value < least) {
      throw new Error(`stoa.gateway.${key} must be at least ${least}`);
    }
    return value;
  };
  return {
    leaseMs: number('leaseSeconds', 30, 0) * 1000,
    maxRequestBytes: number('maxRequestBytes', 10 * 1024 * 1024, 0),
    connectTimeoutMs: number('connectTimeoutSeconds', 5, 0.1) * 1000,
    totalTimeoutMs: number('totalTimeoutSeconds', 600, 0.1) * 1000,
    firstByteTimeoutMs: number('firstByteTimeoutSeconds', 30, 0.1) * 1000,
    idleTimeoutMs: number('idleTimeoutSeconds', 30, 0.1) * 1000,
    callerTimeoutMs: number('callerTimeoutSeconds', 120, 0.1) * 1000,
    cacheBytes: number('cacheBytes', 64 * 1024 * 1024, 0),
    maxInFlight: number('maxInFlight', 2_000, 1),
    maxInFlightPerBackend: number('maxInFlightPerBackend', 250, 1),
    maxInFlightPerSubscription: number('maxInFlightPerSubscription', 50, 1),
    badKeysPerMinute: number('badKeysPerMinute', 60, 1),
    trustedProxies: gateway?.getOptionalStringArray('trustedProxies') ?? [],
    publicScheme: new URL(config.getString('backend.baseUrl')).protocol.slice(
      0,
      -1,
    ),
  };
}
