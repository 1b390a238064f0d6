import { Html, html } from './html';
import { Messages } from './messages';

export interface ConsentView {
  readonly messages: Messages;
  readonly action: string;
  readonly clientName: string;
  readonly selfRegistered: boolean;
  readonly personName: string;
  /** Fine-grained scopes of the platform that were asked for. */
  readonly scopes: readonly string[];
  readonly staysSignedIn: boolean;
  readonly redirectUri: string;
}

export function consentContent(view: ConsentView): Html {
  const { messages, action } = view;
  const powers = [
    messages.identity,
    ...view.scopes.map(scope => messages.scopes[scope] ?? scope),
    ...(view.staysSignedIn ? [messages.staysSignedIn] : []),
  ];
  return html`
    <h1>${messages.consentTitle(view.clientName)}</h1>
    <p>${messages.signedInAs(view.personName)}</p>
    <p>${messages.asksFor}</p>
    <ul>
      ${powers.map(power => html`<li>${power}</li>`)}
    </ul>
    ${view.selfRegistered &&
    html`<p class="note">${messages.selfRegistered}</p>`}
    <form method="post" action="${action}/consent">
      <div class="actions">
        <button class="primary">${messages.allow}</button>
        <button formaction="${action}/abort">${messages.deny}</button>
      </div>
    </form>
    <p class="hint">${messages.goesTo(hostOf(view.redirectUri))}</p>
  `;
}

function hostOf(uri: string): string {
  const url = URL.parse(uri);
  return url?.host || url?.protocol || uri;
}
