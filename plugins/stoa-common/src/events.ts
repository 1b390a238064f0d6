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

/** What an event can tell of. Webhooks are sent these and nothing else. */
export const EVENT_TYPES = [
  'api-created',
  'api-updated',
  'api-deleted',
  'api-deprecated',
  'toolset-created',
  'toolset-updated',
  'toolset-deleted',
  'deploy-request',
  'deploy-result',
  'deployment-approval-requested',
  'subscription-created',
  'subscription-approved',
  'subscription-rejected',
  'subscription-suspended',
  'subscription-reactivated',
  'subscription-revoked',
  'subscription-cancelled',
  'subscription-expiring',
  'subscription-expired',
  'subscription-extended',
  'subscription-key-rotated',
  'subscription-tools-changed',
  'subscription-tools-requested',
  'tool-approval-requested',
  'tool-approval-decided',
  'alert-raised',
  'alert-cleared',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Carried on topics for programs, and never sent to webhooks: there are as many as calls. */
export const BULK_EVENT_TYPES = ['calls-metered'] as const;
export type BulkEventType = (typeof BULK_EVENT_TYPES)[number];

export function isEventType(name: string): name is EventType {
  return (EVENT_TYPES as readonly string[]).includes(name);
}

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
