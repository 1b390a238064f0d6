// Run by `npm test` with an empty PostgreSQL (POSTGRES_URL): the platform starts with
// production's configuration as it is, and nothing of the evaluation is there.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../paths.mjs';
import { freePort } from '../ports.mjs';
import { Processes } from '../processes.mjs';
import { untilReady } from '../ready.mjs';
import { TRANSFORM } from '../serve.mjs';

const dataDir = mkdtempSync(join(tmpdir(), 'stoa-production-'));
const processes = new Processes(dataDir);
const provider = createServer((_request, response) => {
  const issuer = `http://127.0.0.1:${provider.address().port}`;
  response.setHeader('Content-Type', 'application/json').end(
    JSON.stringify({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    }),
  );
});
let url;

before(async () => {
  await once(provider.listen(0, '127.0.0.1'), 'listening');
  const issuer = `http://127.0.0.1:${provider.address().port}`;
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const listen = join(dataDir, 'listen.yaml');
  writeFileSync(listen, `backend: { listen: { port: ${port} } }\n`);
  const files = ['app-config.yaml', 'app-config.production.yaml']
    .map(name => join(root, name))
    .concat(listen);
  processes.start(
    'backend',
    process.execPath,
    ['--require', TRANSFORM, 'src/index.ts'].concat(
      files.flatMap(file => ['--config', file]),
    ),
    {
      cwd: join(root, 'packages/backend'),
      env: {
        ...process.env,
        NODE_ENV: 'production',
        STOA_BASE_URL: url,
        STOA_DATA_DIR: dataDir,
        DATABASE_URL: `${process.env.POSTGRES_URL}/postgres`,
        AUTH_SESSION_SECRET: randomBytes(32).toString('base64'),
        OIDC_METADATA_URL: `${issuer}/.well-known/openid-configuration`,
        OIDC_ISSUER: issuer,
        OIDC_CLIENT_ID: 'stoa-web',
        OIDC_CLIENT_SECRET: randomBytes(16).toString('hex'),
      },
    },
  );
  await untilReady(`${url}/ready`, processes);
});

after(async () => {
  await processes.stop();
  provider.closeAllConnections();
  provider.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('people are sent to the identity provider of the configuration', async () => {
  const response = await fetch(
    `${url}/api/auth/oidc/start?env=production&scope=openid`,
    { redirect: 'manual' },
  );
  const { origin, pathname } = new URL(response.headers.get('location'));
  assert.equal(origin, `http://127.0.0.1:${provider.address().port}`);
  assert.equal(pathname, '/authorize');
});

test('the embedded issuer and the demo are not there', async () => {
  for (const path of [
    '/.well-known/openid-configuration/api/dev-identity',
    '/gateway/dev/acme-corp/crm-api/1.2.0/customers',
  ]) {
    assert.equal((await fetch(`${url}${path}`)).status, 404, path);
  }
});

test('nobody is let in without a token', async () => {
  const response = await fetch(`${url}/api/control-plane/v1/me`);
  assert.equal(response.status, 401);
});
