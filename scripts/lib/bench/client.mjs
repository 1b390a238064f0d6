import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { accountsOf } from '../../../packages/cli/src/accounts.mjs';
import { GATEWAY_CLIENT } from '../config.mjs';
import { readJson } from '../../../packages/cli/src/privateFile.mjs';
import { Refusal } from '../../../packages/cli/src/refusal.mjs';
import { accessToken } from '../../../packages/cli/src/signIn.mjs';

const LIMIT_MS = 30_000;

/** An access token of one of the instance's accounts; see `accessToken` for the options. */
export function signIn({ url, dataDir }, account, options) {
  const { password } = accountsOf(dataDir).find(a => a.account === account);
  return accessToken({ baseUrl: url, account, password, ...options });
}

/** An access token of a gateway (RFC 6749 §2.3.1 and §4.4), which may ask about keys. */
export async function gatewayToken({ url, dataDir }) {
  const { gatewayClientSecret } = readJson(join(dataDir, 'secrets.json'));
  const credentials = [GATEWAY_CLIENT, gatewayClientSecret]
    .map(encodeURIComponent)
    .join(':');
  const response = await fetch(`${url}/api/dev-identity/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'stoa:gateway stoa:keys:validate',
      resource: `${url}/api/control-plane`,
    }),
  });
  const { access_token: token } = await response.json();
  if (!token) throw new Refusal(`no token: ${response.status}`);
  return token;
}

/** Calls the control plane with a token: `(method, path below /v1, body?) => answer`. */
export function caller({ url }, token) {
  return async (method, path, body) => {
    const response = await fetch(`${url}/api/control-plane/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Refusal(`${method} ${path}: ${response.status} ${text}`);
    }
    return text ? JSON.parse(text) : undefined;
  };
}

/** Calls the control plane as an account, with all that it may. */
export async function client(instance, account) {
  const token = await signIn(instance, account, { scope: 'openid stoa:admin' });
  return caller(instance, token);
}

export async function until(what, condition) {
  const deadline = Date.now() + LIMIT_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Refusal(`${what}: not in time`);
    await delay(50);
  }
}
