import { Html, html } from './html';
import { Messages } from './messages';

export interface LoginView {
  readonly messages: Messages;
  readonly action: string;
  readonly clientName: string;
  readonly account?: string;
  /** Why the last attempt failed. */
  readonly problem?: string;
}

export function loginContent(view: LoginView): Html {
  const { messages, action, account, problem } = view;
  const invalid = problem
    ? html`aria-invalid="true" aria-describedby="problem"`
    : undefined;
  return html`
    <h1>${messages.loginTitle}</h1>
    <p>${messages.loginFor(view.clientName)}</p>
    ${problem &&
    html`<p class="alert" id="problem" role="alert">${problem}</p>`}
    <form method="post" action="${action}/login">
      <label for="account">${messages.account}</label>
      <input
        id="account"
        name="account"
        value="${account ?? ''}"
        required
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        ${!account && html`autofocus`}
        ${invalid}
      />
      <label for="password">${messages.password}</label>
      <input
        id="password"
        name="password"
        type="password"
        required
        autocomplete="current-password"
        ${!!account && html`autofocus`}
        ${invalid}
      />
      <div class="actions">
        <button class="primary">${messages.login}</button>
        <button formaction="${action}/abort" formnovalidate>
          ${messages.cancel}
        </button>
      </div>
    </form>
    <p class="hint">${messages.accountsHint}</p>
  `;
}
