import { Html, html } from './html';
import { Language, MESSAGES } from './messages';
import { STYLE_ELEMENT, STYLE_HASH } from './style';

export interface Page {
  readonly language: Language;
  readonly title: string;
  readonly content: Html;
}

/** The whole document. The mark is that of the web interface. */
export function renderPage({ language, title, content }: Page): string {
  return html`<!DOCTYPE html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · STOA</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          <header>
            <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
              <rect width="32" height="32" rx="7" />
              <path d="M6 10.5 16 5l10 5.5V13H6z" />
              <path d="M8 15h3v8H8zM14.5 15h3v8h-3zM21 15h3v8h-3z" />
              <path d="M6 24.5h20V27H6z" />
            </svg>
            STOA
            <small>${MESSAGES[language].evaluation}</small>
          </header>
          ${content}
        </main>
      </body>
    </html>`.toString();
}

/**
 * Headers of every page. Browsers check `form-action` along the redirects after a
 * form too, so the client's address has to be in it, or its sign-in would end there.
 */
export function pageHeaders(redirectUri?: string): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': [
      `default-src 'none'`,
      `style-src ${STYLE_HASH}`,
      `form-action 'self' ${formTarget(redirectUri)}`.trim(),
      `frame-ancestors 'none'`,
      `base-uri 'none'`,
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}

function formTarget(redirectUri: string | undefined): string {
  const url = redirectUri ? URL.parse(redirectUri) : null;
  if (!url) return '';
  // A policy cannot name an IPv6 address.
  const named = /^https?:$/.test(url.protocol) && !url.host.startsWith('[');
  return named ? url.origin : url.protocol;
}
