import { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { Html, html, trusted } from './html';
import { MESSAGES, Messages, pickLanguage } from './messages';
import { pageHeaders, renderPage } from './page';

/** Shown when a request cannot be answered by a redirect to its client. */
export async function renderError(
  ctx: KoaContextWithOIDC,
  out: ErrorOut,
): Promise<void> {
  send(ctx, messages => ({
    title: messages.errorTitle,
    content: errorContent(messages, out.error_description ?? out.error),
  }));
}

export function errorContent(messages: Messages, reason: string): Html {
  return html`
    <h1>${messages.errorTitle}</h1>
    <p class="alert" role="alert">${reason}</p>
    <p>${messages.errorHint}</p>
  `;
}

/** @param form - a form with the id `op.logoutForm` that carries the token against forgery */
export async function renderLogout(
  ctx: KoaContextWithOIDC,
  form: string,
): Promise<void> {
  send(ctx, messages => ({
    title: messages.logoutTitle,
    content: html`
      <h1>${messages.logoutTitle}</h1>
      <p>${messages.logoutText}</p>
      ${trusted(form)}
      <div class="actions">
        <button class="primary" form="op.logoutForm" name="logout" value="yes">
          ${messages.logout}
        </button>
        <button form="op.logoutForm">${messages.stay}</button>
      </div>
    `,
  }));
}

export async function renderLoggedOut(ctx: KoaContextWithOIDC): Promise<void> {
  send(ctx, messages => ({
    title: messages.loggedOutTitle,
    content: html`
      <h1>${messages.loggedOutTitle}</h1>
      <p>${messages.loggedOutText}</p>
    `,
  }));
}

function send(
  ctx: KoaContextWithOIDC,
  view: (messages: Messages) => { title: string; content: Html },
): void {
  const language = pickLanguage(ctx.query.ui_locales, (...languages) =>
    ctx.acceptsLanguages(...languages),
  );
  ctx.set(pageHeaders());
  ctx.body = renderPage({ language, ...view(MESSAGES[language]) });
}
