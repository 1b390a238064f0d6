import { ArgumentBinding, RestBinding } from '@stoa/plugin-stoa-common';
import { ArgumentError } from './ArgumentError';
import { PreparedRequest, prepareRequest } from './prepareRequest';

type Style = ArgumentBinding['style'];
type Place = ArgumentBinding['in'];

const rest = (
  path: string,
  bindings: readonly ArgumentBinding[],
  more: Partial<RestBinding> = {},
): RestBinding => ({
  kind: 'rest',
  method: 'GET',
  path,
  arguments: bindings,
  ...more,
});

const at = (place: Place, name: string, more: Partial<ArgumentBinding> = {}) =>
  ({ argument: name, in: place, name, ...more } as ArgumentBinding);

/** The request of a tool whose one parameter is `color`. */
function colored(
  place: Place,
  value: unknown,
  style: Style,
  explode: boolean,
): PreparedRequest {
  const path = place === 'path' ? '/p/{color}' : '/p';
  const binding = rest(path, [at(place, 'color', { style, explode })]);
  return prepareRequest(binding)({ color: value });
}

const LIST = ['blue', 'black', 'brown'];
const OBJECT = { R: 100, G: 200, B: 150 };

describe("OpenAPI's table of styles", () => {
  it.each<[Style, boolean, string, string, string]>([
    [
      'matrix',
      false,
      ';color=blue',
      ';color=blue,black,brown',
      ';color=R,100,G,200,B,150',
    ],
    [
      'matrix',
      true,
      ';color=blue',
      ';color=blue;color=black;color=brown',
      ';R=100;G=200;B=150',
    ],
    ['label', false, '.blue', '.blue,black,brown', '.R,100,G,200,B,150'],
    ['label', true, '.blue', '.blue.black.brown', '.R=100.G=200.B=150'],
    ['simple', false, 'blue', 'blue,black,brown', 'R,100,G,200,B,150'],
    ['simple', true, 'blue', 'blue,black,brown', 'R=100,G=200,B=150'],
  ])('path, %s, explode %s', (style, explode, one, list, object) => {
    const path = (value: unknown) =>
      colored('path', value, style, explode).path;
    expect([path('blue'), path(LIST), path(OBJECT)]).toEqual([
      `/p/${one}`,
      `/p/${list}`,
      `/p/${object}`,
    ]);
  });

  it.each<[Style, boolean, string, string, string]>([
    [
      'form',
      false,
      'color=blue',
      'color=blue,black,brown',
      'color=R,100,G,200,B,150',
    ],
    [
      'form',
      true,
      'color=blue',
      'color=blue&color=black&color=brown',
      'R=100&G=200&B=150',
    ],
    [
      'spaceDelimited',
      false,
      'color=blue',
      'color=blue%20black%20brown',
      'color=R%20100%20G%20200%20B%20150',
    ],
    [
      'pipeDelimited',
      false,
      'color=blue',
      'color=blue%7Cblack%7Cbrown',
      'color=R%7C100%7CG%7C200%7CB%7C150',
    ],
    [
      'deepObject',
      true,
      'color=blue',
      'color=blue&color=black&color=brown',
      'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150',
    ],
  ])('query, %s, explode %s', (style, explode, one, list, object) => {
    const path = (value: unknown) =>
      colored('query', value, style, explode).path;
    expect([path('blue'), path(LIST), path(OBJECT)]).toEqual([
      `/p?${one}`,
      `/p?${list}`,
      `/p?${object}`,
    ]);
    expect([path(''), path([]), path({}), path(null), path(undefined)]).toEqual(
      ['/p?color=', '/p', '/p', '/p', '/p'],
    );
  });

  it('headers and cookies', () => {
    const header = (value: unknown, explode: boolean) =>
      colored('header', value, 'simple', explode).headers;
    expect(header('a b', false)).toEqual({ color: 'a b' });
    expect(header(LIST, false)).toEqual({ color: 'blue,black,brown' });
    expect(header(OBJECT, true)).toEqual({ color: 'R=100,G=200,B=150' });
    const cookie = rest('/p', [
      at('cookie', 'a', { style: 'form', explode: true }),
      at('cookie', 'b', { style: 'form', explode: false }),
    ]);
    expect(
      prepareRequest(cookie)({ a: 'x;y="z"', b: ['1', '2'] }).headers,
    ).toEqual({ cookie: 'a=x%3By%3D%22z%22; b=1,2' });
  });

  it('values that are sent as JSON', () => {
    const request = prepareRequest(
      rest('/p/{a}', [at('path', 'a'), at('query', 'b'), at('header', 'C')]),
    );
    expect(request({ a: [1], b: { x: 'y&' }, C: { n: 'é\n' } })).toEqual({
      method: 'GET',
      path: '/p/%5B1%5D?b=%7B%22x%22%3A%22y%26%22%7D',
      headers: { c: '{"n":"\\u00e9\\n"}' },
      body: undefined,
    });
  });

  it('objects in objects, where OpenAPI leaves open how', () => {
    const value = { a: { b: [1, 2], c: null }, d: [{ e: 1 }] };
    expect(colored('query', value, 'deepObject', true).path).toBe(
      '/p?color%5Ba%5D%5Bb%5D=1&color%5Ba%5D%5Bb%5D=2&color%5Bd%5D=%7B%22e%22%3A1%7D',
    );
  });

  it('reserved characters, where allowed, but for those that end a value', () => {
    const how = { style: 'form', explode: true } as const;
    const request = prepareRequest(
      rest('/p', [
        at('query', 'a', { ...how, allowReserved: true }),
        at('query', 'b', how),
      ]),
    );
    const reserved = ":/?#[]@!$&'()*+,;=% é";
    expect(request({ a: reserved, b: reserved }).path).toBe(
      "/p?a=:/?%23[]@!$%26'()*+,;=%25%20%C3%A9&" +
        'b=%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25%20%C3%A9',
    );
  });
});

describe('bodies', () => {
  const json = { method: 'POST', contentType: 'application/json' };
  const form = {
    method: 'POST',
    contentType: 'application/x-www-form-urlencoded',
  };

  it('of JSON: made of properties, or one argument', () => {
    const merged = prepareRequest(
      rest(
        '/p',
        [{ argument: 'id_body', in: 'body', name: 'id' }, at('body', 'x')],
        json,
      ),
    );
    expect(merged({ id_body: 1, x: null, y: 2 })).toEqual({
      method: 'POST',
      path: '/p',
      headers: { 'content-type': 'application/json' },
      body: '{"id":1,"x":null}',
    });
    expect(merged({})).toMatchObject({ headers: {}, body: undefined });
    const needed = rest('/p', [at('body', 'x')], {
      ...json,
      bodyRequired: true,
    });
    expect(prepareRequest(needed)({}).body).toBe('{}');
    const whole = prepareRequest(
      rest('/p', [], { ...json, bodyArgument: 'body' }),
    );
    expect(whole({ body: [1, 'é'] }).body).toBe('[1,"é"]');
    expect(whole({ body: 'text' }).body).toBe('"text"');
    expect(whole({}).body).toBeUndefined();
  });

  it('of a form', () => {
    const merged = prepareRequest(
      rest(
        '/p',
        [
          at('body', 'a'),
          at('body', 'b'),
          at('body', 'c'),
          at('body', 'd', { style: 'form', explode: false }),
        ],
        form,
      ),
    );
    expect(
      merged({ a: 'x & y', b: [1, 2], c: { d: 1 }, d: [1, 2] }),
    ).toMatchObject({
      headers: { 'content-type': form.contentType },
      body: 'a=x%20%26%20y&b=1&b=2&c=%7B%22d%22%3A1%7D&d=1,2',
    });
    const whole = prepareRequest(
      rest('/p', [], { ...form, bodyArgument: 'body' }),
    );
    expect(whole({ body: { 'a=': 1, b: [2, 3] } }).body).toBe('a%3D=1&b=2&b=3');
    expect(() => whole({ body: [1] })).toThrow(ArgumentError);
  });

  it('of text', () => {
    const text = { method: 'POST', contentType: 'text/plain' };
    const whole = prepareRequest(
      rest('/p', [], { ...text, bodyArgument: 'body' }),
    );
    expect(whole({ body: '# Title\n' }).body).toBe('# Title\n');
  });
});

function pathUnlessRefused(
  request: ReturnType<typeof prepareRequest>,
  args: Record<string, unknown>,
): string | undefined {
  try {
    return request(args).path;
  } catch (error) {
    if (error instanceof ArgumentError) return undefined;
    throw error;
  }
}

describe('hostile arguments', () => {
  const PIECES = [
    '',
    'a',
    '.',
    '..',
    '/',
    '\\',
    '%',
    '%2e',
    '%2F',
    '%252e',
    '%5c',
    ';',
    '?',
    '#',
    '&',
    '=',
    ',',
    ' ',
    ':',
    '@',
    'é',
    '😀',
    '\ud800',
    '\0',
    '\r\n',
    '%0d%0a',
    '+',
  ];
  const CORE = ['.', '/', '\\', '%', '%2e', '%2F', '%252e', ';', '?', '#', 'a'];
  const values = [
    ...PIECES.flatMap(a => PIECES.map(b => a + b)),
    ...CORE.flatMap(a =>
      CORE.flatMap(b => CORE.flatMap(c => [a + b + c, `..${a}${b}${c}`])),
    ),
  ];

  /** As a backend may read it that undoes all escapes before it looks for segments. */
  function naive(path: string): string {
    const plain = path.replace(/%(2[5ef]|5c)/gi, escape =>
      decodeURIComponent(escape),
    );
    return plain === path
      ? new URL(plain.replace(/[?#]/g, '_'), 'http://a.example').pathname
      : naive(plain);
  }

  it.each<[string, Style, boolean]>([
    ['/x/{v}/y', 'simple', false],
    ['/x/{v}', 'label', true],
    ['/x/{v}/y', 'matrix', true],
    ['/x/{v}.json', 'simple', false],
    ['/x/.{v}/y', 'simple', false],
    ['/x/{v}/y', undefined, false],
  ])('stay in their segment of %s (%s)', (template, style, explode) => {
    const binding = rest(template, [at('path', 'v', { style, explode })]);
    const request = prepareRequest(binding);
    const segments = template.split('/').length;
    let sent = 0;
    for (const text of values) {
      for (const v of [text, [text], ['a', text], { k: text }, { [text]: 1 }]) {
        const path = pathUnlessRefused(request, { v });
        if (path === undefined) continue;
        sent += 1;
        // Not expect(): there are tens of thousands of them.
        const url = new URL(path, 'http://a.example');
        const fault =
          path.split('/').length !== segments ||
          url.pathname !== path ||
          url.search + url.hash !== '' ||
          /[^!-~]|[\\?#]|\/\/|\/$/.test(path) ||
          !naive(path).startsWith('/x/') ||
          (template.endsWith('/y') && !path.endsWith('/y'));
        if (fault) throw new Error(`${JSON.stringify(v)} gave ${path}`);
      }
    }
    expect(sent).toBeGreaterThan(1_000);
  });

  it.each([
    '',
    '.',
    '..',
    '../b',
    'a/../b',
    '..\\b',
    '%2e%2e',
    '%2E./x',
    '%252e%252e%252f',
    '%2%65%2%65',
    'a%2f..%2fb',
    '..;x/b',
    'a\r\nb',
    'a%0d%0ab',
    'a\0',
    '\ud800',
    null,
    undefined,
    [],
    {},
    [''],
  ])('are refused in a path: %j', v => {
    const binding = rest('/x/{v}', [at('path', 'v', { style: 'simple' })]);
    const call = () => prepareRequest(binding)({ v });
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(expect.objectContaining({ argument: 'v' }));
  });

  it('are encoded in a path when they are harmless', () => {
    const binding = rest('/x/{v}', [at('path', 'v', { style: 'simple' })]);
    const path = (v: unknown) => prepareRequest(binding)({ v }).path;
    expect(path('heads/main')).toBe('/x/heads%2Fmain');
    expect(path('a;b?c#d')).toBe('/x/a%3Bb%3Fc%23d');
    expect(path('...')).toBe('/x/...');
    expect(path('100%')).toBe('/x/100%25');
    expect(path(0)).toBe('/x/0');
    expect(path(false)).toBe('/x/false');
  });

  it('cannot add a parameter to the query, nor end it', () => {
    let sent = 0;
    const styles: Style[] = [
      'form',
      'spaceDelimited',
      'pipeDelimited',
      'deepObject',
      undefined,
    ];
    for (const style of styles) {
      for (const allowReserved of [false, true]) {
        const binding = at('query', 'v', {
          style,
          explode: false,
          allowReserved,
        });
        const request = prepareRequest(rest('/x', [binding]));
        for (const text of values) {
          for (const v of [text, [text], { k: text }]) {
            const path = pathUnlessRefused(request, { v });
            if (path === undefined) continue;
            sent += 1;
            const url = new URL(path, 'http://a.example');
            const names = [...url.searchParams.keys()];
            const fault =
              url.pathname !== '/x' ||
              url.hash !== '' ||
              /[^!-~]/.test(path) ||
              names.length > 1 ||
              (names[0] ?? 'v').replace('[k]', '') !== 'v';
            if (fault) throw new Error(`${JSON.stringify(v)} gave ${path}`);
          }
        }
      }
    }
    expect(sent).toBeGreaterThan(1_000);
  });

  it('cannot say by a property what another argument says', () => {
    const exploded = { style: 'form', explode: true } as const;
    for (const place of ['query', 'cookie'] as const) {
      const request = prepareRequest(
        rest('/x', [at(place, 'v', exploded), at(place, 'role', exploded)]),
      );
      expect(() => request({ v: { role: 'admin' } })).toThrow(ArgumentError);
      const sent = JSON.stringify(request({ v: { k: 1 }, role: 'user' }));
      expect(sent).toMatch(/k=1(&|; )role=user/);
    }
  });

  it('cannot begin another cookie, whatever the binding allows', () => {
    const binding = at('cookie', 'v', { style: 'form', allowReserved: true });
    const request = prepareRequest(rest('/x', [binding]));
    expect(request({ v: '1; session=x' }).headers.cookie).toBe(
      'v=1%3B%20session%3Dx',
    );
  });

  it('cannot end a header, nor say what is not for callers', () => {
    const request = prepareRequest(
      rest('/x', [at('header', 'X-Note', { style: 'simple', explode: true })]),
    );
    expect(request({ 'X-Note': ' a, b ' }).headers).toEqual({
      'x-note': 'a, b',
    });
    for (const bad of ['a\r\nHost: b', 'a\n', '\0', 'é', '\x7f']) {
      for (const value of [bad, [bad], { k: bad }, { [bad]: 1 }]) {
        expect(() => request({ 'X-Note': value })).toThrow(ArgumentError);
      }
    }
    const names =
      'Host Authorization COOKIE content-length Transfer-Encoding Connection TE ' +
      'Upgrade Expect X-Stoa-Tenant X_User_Id x-forwarded-for Forwarded Via X-API-Key ' +
      'Proxy Remote-User x-forwarded X-HTTP-Method-Override __proto__ a:b';
    for (const name of [...names.split(' '), '', 'a b', 'é', 'a\r\nb']) {
      const binding = rest('/x', [at('header', name, { style: 'simple' })]);
      expect(() => prepareRequest(binding)).toThrow(/Not a header/);
    }
  });

  it('cannot reach the prototypes of our objects or of the backend', () => {
    const binding = rest(
      '/x',
      [
        at('body', '__proto__'),
        at('body', 'a'),
        at('query', 'toString', { style: 'form' }),
      ],
      {
        method: 'POST',
        contentType: 'application/json',
      },
    );
    const request = prepareRequest(binding);
    expect(request({})).toEqual({
      method: 'POST',
      path: '/x',
      headers: {},
      body: undefined,
    });
    const own = JSON.parse('{"__proto__": {"polluted": true}}');
    expect(request(own).body).toBe('{"__proto__":{"polluted":true}}');
    for (const a of [
      own,
      [own],
      { b: own },
      { constructor: { prototype: {} } },
    ]) {
      expect(() => request({ a })).toThrow(ArgumentError);
    }
    expect(
      request({ a: { constructor: 'Brunel', prototype: 1 } }).body,
    ).toContain('Brunel');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('cannot exhaust who reads them by nesting', () => {
    const binding = rest('/x', [at('query', 'q', { style: 'deepObject' })], {
      method: 'POST',
      contentType: 'application/json',
      bodyArgument: 'body',
    });
    const request = prepareRequest(binding);
    const deep = JSON.parse(
      `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`,
    );
    expect(() => request({ body: deep })).toThrow(/nested/);
    expect(() => request({ q: deep[0] })).toThrow(/nested/);
    const tenfold = JSON.parse(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`);
    expect(() => request({ q: tenfold })).toThrow(/nested/);
    expect(request({ body: tenfold }).body).toBe(JSON.stringify(tenfold));
  });
});

it.each([
  'x',
  '/x/../y/{v}',
  '/x?y={v}',
  '/x#{v}',
  '/x/{w}',
  '/x/{v',
  '/x\\{v}',
  '/%2e%2e/{v}',
])('refuses the template %s', template => {
  const binding = rest(template, [at('path', 'v', { style: 'simple' })]);
  expect(() => prepareRequest(binding)).toThrow();
});
