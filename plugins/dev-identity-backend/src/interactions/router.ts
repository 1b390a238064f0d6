import {
  addressGroup,
  clientAddress,
  DevAccounts,
  FailureLimiter,
} from '@stoa/plugin-stoa-node';
import { expandScopes } from '@stoa/plugin-stoa-common';
import express, { Request, Response, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import Provider, { Client, errors } from 'oidc-provider';
import { SELF_REGISTERED } from '../clients/registration';
import { PLATFORM_SCOPES } from '../clients/scopes';
import { consentContent } from '../pages/consent';
import { Html } from '../pages/html';
import { errorContent } from '../pages/koa';
import { loginContent } from '../pages/login';
import { MESSAGES, Messages, pickLanguage } from '../pages/messages';
import { pageHeaders, renderPage } from '../pages/page';

/** Wrong passwords a minute: for one account from one address, and from one address altogether. */
const FAILURES_PER_ACCOUNT = 10;
const FAILURES_PER_ADDRESS = 50;
const MAX_BODY = '8kb';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** One step of a sign-in, as a request of the browser finds it. */
interface Step {
  readonly interaction: Interaction;
  readonly client: Client;
  readonly clientName: string;
  readonly messages: Messages;
  readonly redirectUri: string;
  /** Address of this step, without host. */
  readonly action: string;
  render(status: number, title: string, content: Html): void;
}

/**
 * The pages on which a person signs in and consents. `oidc-provider` sends the
 * browser here with a cookie for this one sign-in, and takes over again when it
 * is finished. The cookie is `SameSite=Lax`: no other site can submit the forms.
 */
export function createInteractionRouter(options: {
  provider: Provider;
  accounts: DevAccounts;
}): Router {
  const { provider, accounts } = options;
  const perAccount = new FailureLimiter({ perMinute: FAILURES_PER_ACCOUNT });
  const perAddress = new FailureLimiter({ perMinute: FAILURES_PER_ADDRESS });
  const router = PromiseRouter();
  router.use(express.urlencoded({ extended: false, limit: MAX_BODY }));

  router.get('/:uid', async (req, res) => {
    const step = await openStep(provider, req, res);
    if (!step) return;
    const { interaction, messages } = step;
    if (interaction.prompt.name === 'login') {
      const hint = text(interaction.params.login_hint);
      step.render(200, messages.loginTitle, login(step, { account: hint }));
    } else {
      const title = messages.consentTitle(step.clientName);
      step.render(200, title, await consent(step, accounts));
    }
  });

  router.post('/:uid/login', async (req, res) => {
    const step = await openStep(provider, req, res, 'login');
    if (!step) return;
    const { messages } = step;
    const account = text(req.body.account).trim();
    const address = addressGroup(clientAddress(req, []));
    const source = `${address} ${account}`;

    const wait = Math.max(
      perAccount.blockedFor(source),
      perAddress.blockedFor(address),
    );
    if (wait > 0) {
      res.setHeader('retry-after', String(wait));
      const problem = messages.tooManyAttempts(wait);
      step.render(429, messages.loginTitle, login(step, { account, problem }));
      return;
    }
    perAccount.failed(source);
    perAddress.failed(address);
    const person = await accounts.verify(account, text(req.body.password));
    if (!person) {
      const problem = messages.wrongPassword;
      step.render(401, messages.loginTitle, login(step, { account, problem }));
      return;
    }
    perAccount.forgive(source);
    perAddress.forgive(address);
    await leaveOtherAccount(provider, step.interaction, person.subject);
    await provider.interactionFinished(
      req,
      res,
      { login: { accountId: person.subject, amr: ['pwd'] } },
      { mergeWithLastSubmission: false },
    );
  });

  router.post('/:uid/consent', async (req, res) => {
    const step = await openStep(provider, req, res, 'consent');
    if (!step) return;
    const grantId = await grantWhatWasAsked(provider, step.interaction);
    await provider.interactionFinished(req, res, { consent: { grantId } });
  });

  router.post('/:uid/abort', async (req, res) => {
    const step = await openStep(provider, req, res);
    if (!step) return;
    await provider.interactionFinished(
      req,
      res,
      { error: 'access_denied', error_description: 'the person declined' },
      { mergeWithLastSubmission: false },
    );
  });

  return router;
}

/** Finds the step that the cookie names, or answers that there is none (any more). */
async function openStep(
  provider: Provider,
  req: Request,
  res: Response,
  prompt?: string,
): Promise<Step | undefined> {
  const send = (
    language: 'en' | 'fr',
    page: { status: number; title: string; content: Html },
    redirectUri?: string,
  ) => {
    res.status(page.status).set(pageHeaders(redirectUri));
    res.send(renderPage({ language, ...page }));
  };
  const languageOf = (uiLocales?: unknown) =>
    pickLanguage(uiLocales, (...languages) => req.acceptsLanguages(languages));

  const interaction = await findInteraction(provider, req, res);
  const client = await provider.Client.find(
    text(interaction?.params.client_id),
  );
  const fits = !prompt || interaction?.prompt.name === prompt;
  if (!interaction || !client || !fits) {
    const language = languageOf();
    const messages = MESSAGES[language];
    const content = errorContent(messages, messages.expired);
    send(language, { status: 400, title: messages.errorTitle, content });
    return undefined;
  }

  const language = languageOf(interaction.params.ui_locales);
  const messages = MESSAGES[language];
  const redirectUri = text(interaction.params.redirect_uri);
  return {
    interaction,
    client,
    clientName: client.clientName ?? messages.unnamedClient,
    messages,
    redirectUri,
    action: `${req.baseUrl}/${interaction.uid}`,
    render: (status, title, content) =>
      send(language, { status, title, content }, redirectUri),
  };
}

async function findInteraction(
  provider: Provider,
  req: Request,
  res: Response,
): Promise<Interaction | undefined> {
  try {
    const interaction = await provider.interactionDetails(req, res);
    return interaction.uid === req.params.uid ? interaction : undefined;
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

function login(step: Step, view: { account?: string; problem?: string }): Html {
  return loginContent({ ...step, ...view });
}

async function consent(step: Step, accounts: DevAccounts): Promise<Html> {
  const { interaction, client } = step;
  const asked = text(interaction.params.scope).split(' ');
  const subject = interaction.session?.accountId ?? '';
  return consentContent({
    ...step,
    selfRegistered: client[SELF_REGISTERED] === true,
    personName: (await accounts.find(subject))?.name ?? subject,
    scopes: expandScopes(
      asked.filter(scope => PLATFORM_SCOPES.includes(scope)),
    ),
    staysSignedIn: client.grantTypeAllowed('refresh_token'),
  });
}

/** Somebody else signs in with the same browser: the session of the one before ends, and what hangs on it. */
async function leaveOtherAccount(
  provider: Provider,
  interaction: Interaction,
  subject: string,
): Promise<void> {
  const { session } = interaction;
  if (!session || session.accountId === subject) return;
  const before = await provider.Session.findByUid(session.uid);
  await before?.destroy();
  interaction.session = undefined;
  await interaction.persist();
}

async function grantWhatWasAsked(
  provider: Provider,
  interaction: Interaction,
): Promise<string> {
  const known = interaction.grantId
    ? await provider.Grant.find(interaction.grantId)
    : undefined;
  const grant =
    known ??
    new provider.Grant({
      accountId: interaction.session?.accountId,
      clientId: text(interaction.params.client_id),
    });
  const { missingOIDCScope, missingResourceScopes } = interaction.prompt
    .details as {
    missingOIDCScope?: string[];
    missingResourceScopes?: Record<string, string[]>;
  };
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(
    missingResourceScopes ?? {},
  )) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  return grant.save();
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
