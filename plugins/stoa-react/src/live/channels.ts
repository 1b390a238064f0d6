/** The control plane's one signal channel. */
export const LIVE_CHANNEL = 'stoa';

/** What a page can wait for: the beginning of the event types that concern it. */
export const LIVE = {
  apis: ['api-', 'deploy'],
  deployments: ['deploy'],
  subscriptions: ['subscription-'],
  toolCalls: ['tool-approval-'],
  /** Tools come and go with their API's document, and with where it is deployed. */
  tools: ['toolset-', 'api-', 'deploy', 'subscription-'],
} as const;

export type LiveTopics = readonly string[];

/** A message says what changed, never what it is now. */
export type LiveMessage = {
  readonly topic?: string;
  readonly tenant_id?: string;
};

export function concerns(message: LiveMessage, topics: LiveTopics): boolean {
  return topics.some(topic => message.topic?.startsWith(topic) ?? false);
}
