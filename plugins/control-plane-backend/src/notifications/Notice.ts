import { TenantRole } from '@stoa/plugin-stoa-common';

/** What people can be told of. Each has its words in every language, see `words/`. */
export const NOTICES = [
  'subscription-asked',
  'subscription-tools-asked',
  'tool-call-asked',
  'tool-call-approved',
  'tool-call-denied',
  'subscription-approved',
  'subscription-rejected',
  'subscription-suspended',
  'subscription-reactivated',
  'subscription-revoked',
  'subscription-expired',
  'subscription-expiring',
  'deployment-waits',
  'deployment-finished',
  'deployment-failed',
  'alert-raised',
  'alert-cleared',
  'api-deprecated',
] as const;
export type NoticeKind = (typeof NOTICES)[number];

/** What the words are about. Never a secret, nor an address of anybody. */
export interface NoticeValues {
  readonly api?: string;
  /** Set where it is about the tools of an MCP server. */
  readonly server?: string;
  readonly tool?: string;
  readonly version?: string;
  readonly environment?: string;
  /** ISO 8601. */
  readonly date?: string;
  /** As somebody wrote it. */
  readonly reason?: string;
  readonly name?: string;
  readonly metric?: string;
  readonly value?: number;
  readonly threshold?: number;
  readonly successor?: string;
}

/** Who is told: people by their subject, all who have one of the roles, or the subscribers of an API. */
export type Audience =
  | { readonly people: readonly string[] }
  | { readonly roles: readonly TenantRole[]; readonly but?: string }
  | { readonly subscribersOf: string };

export type Way = 'web' | 'email' | 'slack';

/** One thing to tell some people. */
export interface Notice {
  readonly kind: NoticeKind;
  /** The event that it tells of; people turn notifications of a topic off by it. */
  readonly topic: string;
  readonly tenantId: string;
  readonly audience: Audience;
  /** Within our own pages. */
  readonly link: string;
  readonly values: NoticeValues;
  /** The only ways, where a rule names them; else all that are configured. */
  readonly only?: readonly Way[];
  /** Of the rule of alerts, which may name an address of its own. */
  readonly ruleId?: string;
}
