import { StoaError } from '@stoa/plugin-stoa-common';
import { Dialler, toBackendError } from '@stoa/plugin-stoa-node';
import { SendError } from './SendError';
import { Text } from './words/Words';

const TIMEOUT_MS = 10_000;

/** Posts to an incoming webhook of Slack. Its address is a secret: it is in no error. Throws `SendError`. */
export async function sendSlack(
  dialler: Dialler,
  url: string,
  message: { text: Text; open: string; link: string },
): Promise<void> {
  const { text, open, link } = message;
  const body = JSON.stringify({
    text: `*${escapeSlack(text.subject)}*\n${escapeSlack(
      text.body,
    )}\n<${link}|${escapeSlack(open)}>`,
    // No link but ours: bare addresses are not made into some.
    parse: 'none',
    unfurl_links: false,
    unfurl_media: false,
  });
  let status: number;
  try {
    const answer = await dialler.fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    status = answer.status;
    await answer.body?.cancel();
  } catch (error) {
    const cause = toBackendError(error);
    const details = cause instanceof StoaError ? cause.details : undefined;
    const reason = (details as { class?: string } | undefined)?.class;
    throw new SendError(`slack ${reason ?? 'connect'}`, false);
  }
  if (status >= 200 && status < 300) return;
  // Told to come later, or something is wrong there; else with what we send.
  const final = status < 500 && status !== 429 && status !== 408;
  throw new SendError(`slack ${status}`, final);
}

/** The characters that begin Slack's mark-up, mentions and links. */
export function escapeSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[*_~`]/g, character => `\u200b${character}`);
}
