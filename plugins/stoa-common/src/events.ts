/** Topics of the platform, one name everywhere (seed one, section 6.1). */
export const TOPICS = [
  'api-created',
  'api-updated',
  'api-deleted',
  'deploy-requests',
  'deploy-results',
  'audit-log',
  'notifications',
  'mcp-metering',
  'mcp-errors',
  'subscriptions',
  'webhooks',
] as const;
export type Topic = (typeof TOPICS)[number];

/** The envelope of every event on every topic. `timestamp` is ISO 8601 UTC. */
export interface StoaEvent<P = Record<string, unknown>> {
  readonly event_id: string;
  readonly event_type: string;
  readonly timestamp: string;
  readonly correlation_id: string;
  readonly tenant_id: string;
  readonly source: string;
  readonly version: 1;
  readonly payload: P;
}
