// Run by `npm test` against a started instance (STOA_URL, STOA_DATA_DIR): secrets
// and personal data are planted wherever a caller can put them, and looked for in
// everything that was logged.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { accountsOf } from '../../../packages/cli/src/accounts.mjs';
import { readJson } from '../../../packages/cli/src/privateFile.mjs';
import { accessToken } from '../../../packages/cli/src/signIn.mjs';

const { STOA_URL, STOA_DATA_DIR } = process.env;
const unique = randomBytes(6).toString('hex');

/** Each must be found nowhere; made for this run, so that a find is a leak. */
const planted = {
  key: `stoa_sk_${randomBytes(16).toString('hex')}`,
  bearer: `eyJhbGciOiJSUzI1NiJ9.${randomBytes(24).toString('hex')}.${unique}`,
  password: `pw-${unique}-planted`,
  email: `jane.${unique}@example.org`,
  card: `4111${Date.now().toString().slice(-12)}`,
  code: `code-${unique}-planted`,
  cookie: `cookie-${unique}-planted`,
};

const logs = () =>
  readdirSync(join(STOA_DATA_DIR, 'logs'))
    .map(name => readFileSync(join(STOA_DATA_DIR, 'logs', name), 'utf8'))
    .join('\n');

const control = `${STOA_URL}/api/control-plane/v1`;
const json = { 'Content-Type': 'application/json' };
const everything = JSON.stringify(planted);
const inQuery = new URLSearchParams(planted).toString();
const inHeaders = {
  Cookie: `session=${planted.cookie}`,
  'X-API-Key': planted.key,
  'X-User-Email': planted.email,
};

async function plant() {
  const paths = [
    '/gateway/dev/acme-corp/crm-api/1.2.0/customers',
    '/gateway/dev/acme-corp/nothing/1.0.0/',
    '/api/control-plane/v1/me',
    '/api/control-plane/v1/portal/apis',
    '/api/catalog/entities',
    '/api/auth/oidc/handler/frame',
    '/api/dev-identity/auth',
    '/api/dev-identity/token',
    '/.well-known/nothing',
    '/portal',
  ];
  for (const path of paths) {
    for (const method of ['GET', 'POST']) {
      const body = method === 'POST' ? everything : undefined;
      await fetch(`${STOA_URL}${path}?${inQuery}`, {
        method,
        redirect: 'manual',
        headers: { ...json, ...inHeaders, 'X-Request-ID': `planted-${unique}` },
        body,
      });
      const headers = { ...json, Authorization: `Bearer ${planted.bearer}` };
      await fetch(`${STOA_URL}${path}`, {
        method,
        redirect: 'manual',
        headers,
        body,
      });
    }
  }
  await fetch(`${STOA_URL}/api/dev-identity/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'stoa-cli',
      code: planted.code,
      code_verifier: planted.password,
    }),
  });
}

/** What a person really uses: a wrong and a right password, a token, a key. */
async function useForReal() {
  const { account, password } = accountsOf(STOA_DATA_DIR).find(
    a => a.account === 'consumer',
  );
  const signIn = { baseUrl: STOA_URL, account, scope: 'openid stoa:admin' };
  await assert.rejects(accessToken({ ...signIn, password: planted.password }));
  const token = await accessToken({ ...signIn, password });
  const headers = { ...json, Authorization: `Bearer ${token}` };
  const post = async (path, body) =>
    (
      await fetch(`${control}${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
    ).json();
  const application = await post('/applications', {
    name: planted.email,
    description: everything,
  });
  const subscribed = await post('/subscriptions', {
    application_id: application.id,
    tenant_id: 'acme-corp',
    api_id: 'crm-api',
    plan: 'free',
    reason: everything,
  });
  await fetch(`${STOA_URL}/gateway/dev/acme-corp/crm-api/1.2.0/customers`, {
    headers: { 'X-API-Key': subscribed.api_key },
  });
  return { token, key: subscribed.api_key };
}

/** Every string of the generated secrets, however deep. */
function strings(value) {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object'
    ? Object.values(value).flatMap(strings)
    : [];
}

test('no log holds a secret or personal data', async () => {
  await plant();
  const real = await useForReal();
  assert.match(real.key, /^stoa_sk_/);

  const deadline = Date.now() + 10_000;
  while (!logs().includes(`planted-${unique}`)) {
    assert.ok(
      Date.now() < deadline,
      'the planted calls are not in the log at all',
    );
    await new Promise(resolve => setImmediate(resolve));
  }
  const accounts = accountsOf(STOA_DATA_DIR);
  const secrets = {
    ...planted,
    ...real,
    ...Object.fromEntries(
      accounts.map(a => [`password of ${a.account}`, a.password]),
    ),
    ...Object.fromEntries(
      accounts.map(a => [`e-mail of ${a.account}`, a.email]),
    ),
    ...Object.fromEntries(
      strings(readJson(join(STOA_DATA_DIR, 'secrets.json'))).map((s, i) => [
        `secret ${i}`,
        s,
      ]),
    ),
  };
  const text = logs();
  const found = Object.keys(secrets).filter(name =>
    text.includes(secrets[name]),
  );
  assert.deepEqual(found, []);
});
