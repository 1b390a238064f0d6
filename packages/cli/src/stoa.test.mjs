import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/stoa.mjs', import.meta.url));

/** A platform that answers what `answers` says, to whom has the token. */
async function platform(t, answers) {
  const server = createServer((request, response) => {
    const { url, headers } = request;
    const allowed = headers.authorization === 'Bearer the-token';
    const body = allowed
      ? answers[url.replace('/api/control-plane/v1', '')]
      : { error: { message: 'Sign in first.' } };
    response.writeHead(allowed && body ? 200 : allowed ? 404 : 401, {
      'content-type': 'application/json',
    });
    response.end(JSON.stringify(body ?? { error: { message: 'Not there.' } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

async function stoa(args, env = {}) {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...process.env, STOA_TOKEN: '', STOA_URL: '', ...env },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', data => (said.out += data));
  child.stderr.on('data', data => (said.err += data));
  const [code] = await once(child, 'close');
  return { code, ...said };
}

test('doctor says what does not work and what to set', async t => {
  const report = status => ({
    status,
    ports: [
      { port: 'database', adapter: 'sqlite', status: 'ok', latency_ms: 3 },
      { port: 'mail', adapter: 'smtp', status, latency_ms: 12 },
      { port: 'slack', adapter: 'none', status: 'off' },
    ],
    findings:
      status === 'ok'
        ? []
        : [
            {
              port: 'mail',
              severity: 'error',
              message: 'No mail.',
              key: 'stoa.notifications.email.smtp',
              fix: 'Check the host.',
            },
          ],
  });
  const env = state => async () => ({
    STOA_URL: await platform(t, { '/platform/doctor': report(state) }),
    STOA_TOKEN: 'the-token',
  });
  const failed = await stoa(['doctor'], await env('failed')());
  assert.equal(failed.code, 1);
  assert.equal(
    failed.out,
    [
      'database  ok      sqlite  3 ms',
      'mail      failed  smtp    12 ms',
      'slack     off     none',
      '',
      'error: mail: No mail.',
      '  stoa.notifications.email.smtp: Check the host.',
      '',
    ].join('\n'),
  );
  const well = await stoa(['doctor', '--json'], await env('ok')());
  assert.equal(well.code, 0);
  assert.deepEqual(JSON.parse(well.out), report('ok'));
});

test('audit verify walks the chains of all tenants, page by page', async t => {
  const ok = { ok: true, entries: 4, head: 'ab' };
  const broken = { ok: false, entries: 2, broken_at: 3, reason: 'changed' };
  const env = {
    STOA_TOKEN: 'the-token',
    STOA_URL: await platform(t, {
      '/tenants?limit=100': { items: [{ id: 'acme' }], next_cursor: 'a/b' },
      '/tenants?limit=100&cursor=a%2Fb': { items: [{ id: 'demo' }] },
      '/tenants/platform/audit/verify': ok,
      '/tenants/acme/audit/verify': broken,
      '/tenants/demo/audit/verify': ok,
    }),
  };
  const all = await stoa(['audit', 'verify'], env);
  assert.equal(all.code, 1);
  assert.deepEqual(all.out.trim().split('\n'), [
    'platform: ok, 4 entries, head ab',
    'acme: broken, entry 3 is changed',
    'demo: ok, 4 entries, head ab',
  ]);
  const one = await stoa(['audit', 'verify', 'demo'], env);
  assert.deepEqual([one.code, one.out], [0, 'demo: ok, 4 entries, head ab\n']);
  const none = await stoa(['audit', 'verify', 'nobody'], env);
  assert.deepEqual(
    [none.code, none.err],
    [1, 'stoa: /v1/tenants/nobody/audit/verify: 404, Not there.\n'],
  );
});

test('a failure is one line that says what to do, and no token', async t => {
  const url = await platform(t, {});
  const cases = [
    [['doctor'], { STOA_TOKEN: 'a-secret' }, /^stoa: STOA_URL must be set/],
    [
      ['doctor'],
      { STOA_TOKEN: 'a-secret', STOA_URL: 'http://stoa.example.com' },
      /https:/,
    ],
    [['doctor'], { STOA_TOKEN: 'a-secret', STOA_URL: url }, /401, Sign in/],
    [
      ['doctor'],
      { STOA_TOKEN: 'a-secret', STOA_URL: 'http://127.0.0.1:9' },
      /nothing answers/,
    ],
    [['doctor', '--data-dir', '/nonexistent'], {}, /run "npm start" first/],
    [['doctor', '--nonsense'], {}, /Unknown option '--nonsense'/],
  ];
  for (const [args, env, expected] of cases) {
    const { code, out, err } = await stoa(args, env);
    assert.match(err, expected);
    assert.equal(err.trim().split('\n').length, 1, err);
    assert.deepEqual([code, out], [1, '']);
    assert.doesNotMatch(err, /a-secret/);
  }
});

test('a command that does not exist is told what does', async () => {
  const wrong = await stoa(['audit']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /^usage: stoa COMMAND/);
  const help = await stoa(['--help']);
  assert.deepEqual([help.code, help.out], [0, wrong.err]);
});
