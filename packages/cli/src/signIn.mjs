import { createHash, randomBytes } from 'node:crypto';
import { setDefaultResultOrder } from 'node:dns';
import { CookieJar } from './cookies.mjs';
import { Refusal } from './refusal.mjs';

/** A public client for programs on this machine; nothing listens at the redirect address, the code is read from it. */
const CLIENT_ID = 'stoa-cli';
export const REDIRECT_URI = 'http://127.0.0.1/callback';
const MOST_STEPS = 12;

/**
 * An access token of the embedded issuer, obtained the way any client does:
 * authorization code with PKCE (RFC 7636), the person's part done by sending
 * the login and consent forms.
 *
 * @param {object} options
 * @param {string} options.baseUrl address of the platform
 * @param {string} [options.resource] what the token is for (RFC 8707); the control plane by default
 * @returns {Promise<string>} the access token, a JWT
 */
export async function accessToken({
  baseUrl,
  account,
  password,
  resource,
  scope,
}) {
  // The platform listens on IPv4's loopback, `localhost` may mean IPv6's first.
  setDefaultResultOrder('ipv4first');
  const issuer = await discover(`${baseUrl}/api/dev-identity`);
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const url = new URL(issuer.authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    scope,
    state,
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    ...(resource && { resource }),
  }).toString();

  const answer = await walk(url.href, { account, password });
  if (answer.get('state') !== state)
    throw new Refusal('the answer is not to our request');
  const code = answer.get('code');
  if (!code)
    throw refused(answer.get('error'), answer.get('error_description'));
  return redeem(issuer.token_endpoint, { code, verifier, resource });
}

async function discover(issuer) {
  const response = await fetch(
    `${issuer}/.well-known/openid-configuration`,
  ).catch(() => undefined);
  if (!response?.ok) {
    throw new Refusal(
      `no issuer answers at ${issuer}: is the platform running?`,
    );
  }
  return response.json();
}

/**
 * Follows redirects and submits forms, as a browser would, up to the redirect
 * address, and gives the parameters that it was called with.
 *
 * @param {string} start the authorization request, with `REDIRECT_URI` as its `redirect_uri`
 * @param {{account: string, password: string}} person
 * @returns {Promise<URLSearchParams>}
 */
export async function walk(start, { account, password }) {
  const jar = new CookieJar();
  let request = { url: start };
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const response = await fetch(request.url, {
      method: request.form ? 'POST' : 'GET',
      body: request.form && new URLSearchParams(request.form),
      headers: { cookie: jar.header(request.url), accept: 'text/html' },
      redirect: 'manual',
    });
    jar.keep(response);
    const page = await response.text();
    const location = response.headers.get('location');
    if (location) {
      const next = new URL(location, request.url);
      if (next.href.startsWith(REDIRECT_URI)) return next.searchParams;
      request = { url: next.href };
    } else if (response.ok && page.includes('name="password"')) {
      request = submit(page, request.url, 'login', { account, password });
    } else if (response.ok) {
      request = submit(page, request.url, 'consent', {});
    } else {
      throw refused(`status ${response.status}`, 'wrong account or password?');
    }
  }
  throw new Refusal('the sign-in does not come to an end');
}

/** Where the page sends this step. */
function submit(page, pageUrl, step, fields) {
  const action = page.match(
    new RegExp(`<form[^>]*action="([^"]*/${step})"`),
  )?.[1];
  if (!action) throw new Refusal(`the sign-in shows no ${step} form`);
  return { url: new URL(action, pageUrl).href, form: fields };
}

async function redeem(endpoint, { code, verifier, resource }) {
  const response = await fetch(endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      code,
      code_verifier: verifier,
      ...(resource && { resource }),
    }),
  });
  const body = await response.json();
  if (!response.ok) throw refused(body.error, body.error_description);
  return body.access_token;
}

function refused(error, description) {
  return new Refusal(
    `the issuer refused: ${[error, description].filter(Boolean).join(', ')}`,
  );
}
