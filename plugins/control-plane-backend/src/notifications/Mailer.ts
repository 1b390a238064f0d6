import { createTransport, Transporter } from 'nodemailer';
import { EmailSettings } from './settings';
import { SendError } from './SendError';
import { Words, Text } from './words/Words';

const TIMEOUT_MS = 10_000;

/** One message to one person. */
export interface Mail {
  readonly to: string;
  /** The same for every attempt, so that a mailbox can tell what it has already. */
  readonly id: string;
  readonly text: Text;
  readonly words: Words;
  /** Of our own pages, absolute. */
  readonly link: string;
  readonly language: string;
}

/** Sends e-mail through the operator's SMTP server. */
export class Mailer {
  readonly #transport: Transporter;

  constructor(readonly settings: EmailSettings) {
    const { host, port, secure, requireTls, user, password } = settings.smtp;
    this.#transport = createTransport({
      host,
      port,
      secure,
      requireTLS: requireTls && !secure,
      ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: 2 * TIMEOUT_MS,
      // A message is text of ours: nothing in it is fetched or read.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** Throws `SendError`. */
  async send(mail: Mail): Promise<void> {
    const host = new URL(mail.link).hostname;
    try {
      await this.#transport.sendMail({
        from: this.settings.from,
        to: { name: '', address: mail.to },
        subject: mail.text.subject,
        messageId: `<${mail.id}@${host}>`,
        headers: {
          'Auto-Submitted': 'auto-generated',
          'Content-Language': mail.language,
        },
        text: plainOf(mail),
        html: htmlOf(mail),
      });
    } catch (error) {
      throw toSendError(error);
    }
  }

  /** Throws unless the server lets us in. */
  async check(): Promise<void> {
    await this.#transport.verify();
  }

  close(): void {
    this.#transport.close();
  }
}

function plainOf({ text, words, link }: Mail): string {
  return `${text.body}\n\n${words.open}: ${link}\n\n-- \n${words.footer}\n`;
}

function htmlOf({ text, words, link, language }: Mail): string {
  const [subject, body, open, footer, href] = [
    text.subject,
    text.body,
    words.open,
    words.footer,
    link,
  ].map(escapeHtml);
  return `<!doctype html>
<html lang="${language}">
<body style="font-family: sans-serif; max-width: 36em">
<h1 style="font-size: 1.2em">${subject}</h1>
<p>${body}</p>
<p><a href="${href}">${open}</a></p>
<p style="color: #555; font-size: 0.85em">${footer}</p>
</body>
</html>
`;
}

/** What readers of a mail take for mark-up is shown as it was typed. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A server that says 5xx of a recipient or a message says so for good (RFC 5321 §4.2.1); of our password, until it is mended. */
function toSendError(error: unknown): SendError {
  const { code, responseCode, command } = error as {
    code?: string;
    responseCode?: number;
    command?: string;
  };
  const final =
    (responseCode ?? 0) >= 500 && /^(RCPT|DATA)/.test(command ?? '');
  const what = responseCode ? `smtp ${responseCode}` : code ?? 'smtp';
  return new SendError(what, final);
}
