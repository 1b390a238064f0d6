import { userEntityRefOf } from '@stoa/plugin-stoa-node';

type Column = readonly [table: string, column: string];

/** Columns that name somebody by their subject: they come to name nobody. */
export const NAMED: readonly Column[] = [
  ['alert_rules', 'created_by'],
  ['audit_denials', 'subject'],
  ['deployments', 'approved_by'],
  ['deployments', 'requested_by'],
  ['git_writes', 'subject'],
  ['mcp_approvals', 'decided_by'],
  ['mcp_approvals', 'subject'],
  ['mcp_error_snapshots', 'subject'],
  ['mcp_error_snapshots', 'updated_by'],
  ['mcp_subscription_history', 'actor'],
  ['mcp_subscriptions', 'approved_by'],
  ['mcp_subscriptions', 'subscriber_id'],
  ['mcp_tool_changes', 'decided_by'],
  ['metering_events', 'subject'],
  ['service_accounts', 'created_by'],
  ['subscription_history', 'actor'],
  ['subscriptions', 'approved_by'],
  ['subscriptions', 'subscriber_id'],
  ['tenant_webhooks', 'created_by'],
  ['usage_rollups', 'subject'],
];

/** Rows that are about the person alone: they go. */
export const FORGOTTEN: readonly Column[] = [
  ['idempotency_keys', 'subject'],
  ['notification_deliveries', 'recipient'],
  ['person_grants', 'subject'],
  ['person_keys', 'subject'],
  // Last: grants refer to it.
  ['people', 'subject'],
];

/** JSON in which somebody may be named, with the key of its rows. */
export const DOCUMENTS: readonly (readonly [...Column, key: string])[] = [
  ['feed', 'value', 'seq'],
  ['notification_deliveries', 'notice', 'id'],
  ['outbox', 'message', 'id'],
  ['webhook_deliveries', 'payload', 'id'],
];

/** Columns that look as if they named somebody, and why they do not. */
export const NOBODY: Readonly<Record<string, string>> = {
  'applications.owner_ref': 'a ref, which is replaced with the application',
  'apis.owner': 'what Git says of an API',
  'audit_log.actor': 'a pseudonym, whose key is forgotten',
  'notification_deliveries.claimed_by': 'a process',
  'outbox.claimed_by': 'a process',
  'outbox_leases.owner': 'a process',
  'people.email': 'goes with the row',
  'person_erasures.subject': 'taken away when the erasure ends',
  'webhook_deliveries.claimed_by': 'a process',
};

/** What stands for a person, and what stands there afterwards. */
export function replacements(
  person: { readonly subject: string; readonly email?: string },
  tombstone: string,
): ReadonlyMap<string, string> {
  return new Map([
    [person.subject, tombstone],
    [userEntityRefOf(person.subject), userEntityRefOf(tombstone)],
    ...(person.email ? [[person.email, tombstone] as const] : []),
  ]);
}

/** The value with every text in it that is one of the given, as a whole, replaced. */
export function replaced(
  value: unknown,
  by: ReadonlyMap<string, string>,
): unknown {
  if (typeof value === 'string') return by.get(value) ?? value;
  if (Array.isArray(value)) return value.map(item => replaced(item, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, replaced(member, by)]),
  );
}
