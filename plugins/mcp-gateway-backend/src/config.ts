import { Config } from '@backstage/config';
import { GatewayConfig, readGatewayConfig } from '@stoa/plugin-stoa-node';

/** What an operator can set under `stoa.mcp`, and under `stoa.gateway` for every gateway. */
export interface McpConfig extends GatewayConfig {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly pageSize: number;
  /** For a whole call of a service, in milliseconds. */
  readonly callTimeoutMs: number;
}

const MIB = 1024 * 1024;

export function readMcpConfig(config: Config): McpConfig {
  const mcp = config.getOptionalConfig('stoa.mcp');
  const number = (key: string, fallback: number) => {
    const value = mcp?.getOptionalNumber(key) ?? fallback;
    if (!Number.isInteger(value) || value < 1) {
      throw new Error(`stoa.mcp.${key} must be a whole number above 0`);
    }
    return value;
  };
  const baseUrl = (
    mcp?.getOptionalString('baseUrl') ?? config.getString('backend.baseUrl')
  ).replace(/\/+$/, '');
  return {
    ...readGatewayConfig(config),
    baseUrl,
    allowedOrigins: new Set([
      new URL(baseUrl).origin,
      new URL(config.getString('backend.baseUrl')).origin,
      ...(mcp?.getOptionalStringArray('allowedOrigins') ?? []),
    ]),
    maxRequestBytes: number('maxRequestBytes', MIB),
    maxResponseBytes: number('maxResponseBytes', MIB),
    pageSize: number('pageSize', 1_000),
    callTimeoutMs: number('callTimeoutSeconds', 60) * 1000,
  };
}
