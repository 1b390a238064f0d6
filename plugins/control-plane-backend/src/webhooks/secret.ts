import { randomBytes } from 'node:crypto';

/** 256 bits, under a prefix that masking knows. */
export function generateWebhookSecret(): string {
  return `stoa_whs_${randomBytes(32).toString('base64url')}`;
}

/** What the secret of a webhook is sealed for: in another row it does not open. */
export function secretContext(webhookId: string): string {
  return `webhook:${webhookId}`;
}
