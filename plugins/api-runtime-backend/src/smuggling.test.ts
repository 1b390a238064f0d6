import { CRM, rawExchange, useRuntime } from './__testUtils__/runtime';

const harness = useRuntime();

let seen: string[];
beforeEach(() => {
  seen = [];
  harness.upstream.respond = async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk.toString('latin1');
    seen.push(`${req.method} ${req.url} ${body}`);
    res.end('served');
  };
});

/** A request with the key; lines are joined as on the wire, a body comes after the empty line. */
function send(first: string, lines: string[], body = ''): Promise<string> {
  const head = [
    first,
    'Host: gateway',
    `X-API-Key: ${harness.key}`,
    ...lines,
    '',
    body,
  ];
  return rawExchange(harness.runtime.port, head.join('\r\n'));
}

const statuses = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(match => Number(match[1]));

const POST = `POST ${CRM}/x HTTP/1.1`;
const INNER = 'GET /admin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

describe('framing that could be read in two ways', () => {
  it.each([
    ['both framings', ['Content-Length: 4', 'Transfer-Encoding: chunked']],
    ['both, reversed', ['Transfer-Encoding: chunked', 'Content-Length: 4']],
    ['two lengths', ['Content-Length: 4', 'Content-Length: 40']],
    ['a list of lengths', ['Content-Length: 4, 40']],
    ['a signed length', ['Content-Length: +4']],
    ['a length in hex', ['Content-Length: 0x4']],
    ['a space before the colon', ['Content-Length : 4']],
    ['a space before the other colon', ['Transfer-Encoding : chunked']],
    ['a folded coding', ['Transfer-Encoding:', ' chunked']],
    ['chunked not last', ['Transfer-Encoding: chunked, identity']],
    [
      'chunked twice',
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    ],
    ['another coding', ['Transfer-Encoding: gzip, chunked']],
    ['a coding by another name', ['Transfer-Encoding: xchunked']],
    ['a coding with a tab', ['Transfer-Encoding:\tchunked\u000b']],
    ['two hosts', ['Host: other']],
    ['a quoted coding', ['Transfer-Encoding: "chunked"']],
  ])('refuses %s', async (_, lines) => {
    const text = await send(POST, lines, `0\r\n\r\n${INNER}`);
    expect(statuses(text)).toEqual([400]);
    expect(seen).toEqual([]);
  });

  it.each([
    ['a size that is no number', 'zz\r\nabc\r\n0\r\n\r\n'],
    ['a size too large to be one', `${'f'.repeat(17)}\r\nabc\r\n0\r\n\r\n`],
    ['a bare line feed after a size', '3\nabc\r\n0\r\n\r\n'],
    ['a chunk longer than its size', '2\r\nabc\r\n0\r\n\r\n'],
  ])('does not serve chunks with %s', async (_, body) => {
    const text = await send(
      POST,
      ['Transfer-Encoding: chunked', 'Connection: close'],
      body,
    );
    expect(statuses(text)).not.toContain(200);
    expect(seen).toEqual([]);
  });

  it('refuses chunked in HTTP/1.0, which has none', async () => {
    const text = await send(
      `POST ${CRM} HTTP/1.0`,
      ['Transfer-Encoding: chunked'],
      '0\r\n\r\n',
    );
    expect(statuses(text)).toEqual([400]);
    expect(seen).toEqual([]);
  });

  it.each([
    ['an obsolete fold', ['X-A: 1', ' 2']],
    ['a bare carriage return', ['X-A: 1\rX-B: 2']],
    ['NUL', ['X-A: 1\u0000']],
    ['a name with a space', ['X A: 1']],
    ['no colon', ['nonsense']],
  ])('refuses a header field with %s', async (_, lines) => {
    const text = await send(`GET ${CRM} HTTP/1.1`, [
      ...lines,
      'Connection: close',
    ]);
    expect(statuses(text)).toEqual([400]);
    expect(seen).toEqual([]);
  });

  it('keeps a body of one call out of the next', async () => {
    const text = await send(
      POST,
      [`Content-Length: ${INNER.length}`],
      `${INNER}GET ${CRM}/y HTTP/1.1\r\nHost: x\r\nX-API-Key: ${harness.key}\r\nConnection: close\r\n\r\n`,
    );
    expect(statuses(text)).toEqual([200, 200]);
    expect(seen.sort()).toEqual(['GET /base/y ', `POST /base/x ${INNER}`]);
  });

  it('keeps the body of a refused call out of the next', async () => {
    const text = await rawExchange(
      harness.runtime.port,
      `${POST}\r\nHost: x\r\nContent-Length: ${INNER.length}\r\n\r\n${INNER}` +
        `GET ${CRM}/y HTTP/1.1\r\nHost: x\r\nX-API-Key: ${harness.key}\r\nConnection: close\r\n\r\n`,
    );
    expect(statuses(text)).toEqual([401, 200]);
    expect(seen).toEqual(['GET /base/y ']);
  });

  it('does not let Connection name away the length of a body', async () => {
    const text = await send(
      POST,
      ['Content-Length: 3', 'Connection: close, Content-Length'],
      'abc',
    );
    expect(statuses(text)).toEqual([200]);
    expect(seen).toEqual(['POST /base/x abc']);
  });
});

describe('requests that are not passed on', () => {
  it.each([
    ['TRACE', [], 405, 'stoa.method_not_allowed'],
    [
      'GET',
      ['Upgrade: websocket', 'Connection: upgrade, close'],
      501,
      'stoa.not_implemented',
    ],
    ['GET', ['Authorization: Bearer stoa_sk_x'], 400, 'stoa.two_credentials'],
    ['GET', ['X-API-Key: again'], 400, 'stoa.two_credentials'],
  ])('%s %j', async (method, lines, status, code) => {
    const text = await send(`${method} ${CRM} HTTP/1.1`, [
      ...lines,
      'Connection: close',
    ]);
    expect(statuses(text)).toEqual([status]);
    expect(text).toContain(`"code":"${code}"`);
    expect(seen).toEqual([]);
  });

  it('CONNECT, and expectations nobody knows', async () => {
    const connected = await send('CONNECT example:443 HTTP/1.1', []);
    expect(statuses(connected)).not.toContain(200);
    const expected = await send(`GET ${CRM} HTTP/1.1`, [
      'Expect: miracles',
      'Connection: close',
    ]);
    expect(statuses(expected)).toEqual([417]);
    expect(seen).toEqual([]);
  });

  it('serves an absolute target as the same address', async () => {
    const text = await send(`GET http://elsewhere${CRM}/z?q HTTP/1.1`, [
      'Connection: close',
    ]);
    expect(statuses(text)).toEqual([200]);
    expect(seen).toEqual(['GET /base/z?q ']);
  });

  it.each([
    '/../secret',
    '/a/../../secret',
    '/..',
    '/.',
    '/%2e%2e/secret',
    '/%2E%2e%2fsecret',
    '/.%2e/secret',
    '/a/..%2fsecret',
    '/a%2f..%2f..%2fsecret',
    '/%252e%252e/secret',
    '/%25252e%25252e%25252fsecret',
    '/..;/secret',
    '/..;x=1/secret',
    '/%2e%2e%3b/secret',
    '/..\\secret',
    '/..%5csecret',
    '/%5c..%5csecret',
    '/a%00/b',
    '/caf\u00e9',
    '/a#/../b',
    '/a?b#c',
  ])('stays below the backend path: %s', async rest => {
    const text = await send(`GET ${CRM}${rest} HTTP/1.1`, [
      'Connection: close',
    ]);
    expect(statuses(text)).toEqual([400]);
    expect(seen).toEqual([]);
  });

  it.each([
    '/...',
    '/a..b',
    '/.well-known/x',
    '/a%2Fb',
    '/v1.2/x;y=..z',
    '/%41',
  ])('passes %s on as it came', async rest => {
    const text = await send(`GET ${CRM}${rest} HTTP/1.1`, [
      'Connection: close',
    ]);
    expect(statuses(text)).toEqual([200]);
    expect(seen).toEqual([`GET /base${rest} `]);
  });
});
