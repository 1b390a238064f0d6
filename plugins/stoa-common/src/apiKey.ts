/** Prefix of keys for API subscriptions and for MCP subscriptions. */
export const API_KEY_PREFIX = 'stoa_sk_';
export const MCP_KEY_PREFIX = 'stoa_mcp_';

/** Number of random characters after the prefix: 32 of 62 symbols, about 190 bits. */
export const KEY_RANDOM_LENGTH = 32;

/** What is kept beside the hash, to tell keys apart on a screen. */
export const KEY_STORED_PREFIX_LENGTH = 12;

const PATTERN = /^stoa_(sk|mcp)_[A-Za-z0-9]{32}$/;

export function isWellFormedKey(value: string): boolean {
  return PATTERN.test(value);
}
