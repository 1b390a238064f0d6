import { StoaError, Schema } from '@stoa/plugin-stoa-common';
import { Dialler, maskText } from '@stoa/plugin-stoa-node';
import { signatureOf } from './signature';

type Answer = Awaited<ReturnType<Dialler['fetch']>>;

export type WebhookFailure = Schema<'WebhookFailure'>;

/** How one attempt went: delivered, or why not. */
export interface Outcome {
  readonly delivered: boolean;
  readonly error?: WebhookFailure;
  readonly responseCode?: number;
  /** The beginning of the answer, masked. */
  readonly responseBody?: string;
  readonly durationMs: number;
}

export interface Message {
  readonly url: string;
  readonly secret: string;
  readonly deliveryId: string;
  readonly eventType: string;
  readonly event: unknown;
}

const TIMEOUT_MS = 10_000;
/** Of an answer, in bytes; the rest is left with whoever sends it. */
const READ_MAX = 4_096;
/** Of those, in characters. */
const KEPT_MAX = 2_000;

/** One POST of the signed event. Whatever goes wrong is an outcome, not an error. */
export async function sendWebhook(
  dialler: Dialler,
  message: Message,
  timeoutMs = TIMEOUT_MS,
): Promise<Outcome> {
  const started = Date.now();
  const body = Buffer.from(JSON.stringify(message.event));
  const seconds = Math.floor(started / 1000);
  const took = () => Date.now() - started;
  let answer: Answer;
  try {
    answer = await dialler.fetch(message.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        // Nothing to unpack: a small answer could become a large one.
        'Accept-Encoding': 'identity',
        'User-Agent': 'STOA-Webhooks/1.0',
        'X-Webhook-Event': message.eventType,
        'X-Webhook-Delivery': message.deliveryId,
        'X-Webhook-Signature': signatureOf(message.secret, body, seconds),
      },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    return { delivered: false, error: failureOf(error), durationMs: took() };
  }
  const text = await beginningOf(answer);
  const { ok, status } = answer;
  const failure =
    status >= 300 && status < 400 ? 'redirect' : ('status' as const);
  return {
    delivered: ok,
    ...(!ok && { error: failure }),
    responseCode: status,
    responseBody: forKeeping(text, message.secret),
    durationMs: took(),
  };
}

function failureOf(error: unknown): WebhookFailure {
  const details = error instanceof StoaError ? error.details : undefined;
  return (
    (details as { class?: WebhookFailure } | undefined)?.class ?? 'connect'
  );
}

/** What came before the limit, the time-out or the end; the status counts without it. */
async function beginningOf(answer: Answer): Promise<string> {
  const reader = answer.body?.getReader();
  if (!reader) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    while (size < READ_MAX) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      size += value.length;
    }
  } catch {
    // Cut off on the way: what came is shown.
  }
  await reader.cancel().catch(() => {});
  return Buffer.concat(chunks).subarray(0, READ_MAX).toString('utf8');
}

/** Receivers like to answer what they were sent; PostgreSQL takes no NUL. */
function forKeeping(text: string, secret: string): string {
  const open = text.replaceAll('\0', '').replaceAll(secret, '***');
  return maskText(open).slice(0, KEPT_MAX);
}
