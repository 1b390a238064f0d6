import { Operation } from '../http/contract';

/** A request that is like a good one but for one thing. */
export interface Mutation {
  readonly what: string;
  readonly path: string;
  /** The text of the body. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const UUID = '0199a1de-0000-7000-8000-000000000009';
const LONG = 'x'.repeat(5_000);

/** What no field expects at all places: odd texts, extremes, addresses of nothing. */
const STRINGS: readonly string[] = [
  '',
  ' ',
  LONG,
  '\u0000',
  '💥',
  'ﬀ\u202e',
  '../../etc/passwd',
  "' or 1=1--",
  '%00',
  '${jndi:x}',
  '<script>',
  'data:text/html,x',
  UUID,
  '*',
  'http://',
  '0000-00-00',
  '2026-02-30T25:61:61Z',
  '-271821-04-20T00:00:00.000Z',
  'http://[::1',
  'https://user:pass@example.com',
  'file:///etc/passwd',
];

/** JSON, as some of it has no value in JavaScript. */
const TEXTS: readonly string[] = [
  ...STRINGS.map(value => JSON.stringify(value)),
  'null',
  'true',
  '7',
  '-1',
  '0.5',
  '1e308',
  '1e400',
  '9007199254740993',
  '"\\ud800"',
  '[]',
  '{}',
  '[[[[[[]]]]]]',
  '[null]',
  '["x","x"]',
  '{"":""}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  `[${Array(2_000).fill('"x"')}]`,
];

/** Ids, parts of addresses; none is one of ours. */
const SEGMENTS = [
  '%00',
  '%ff',
  '%',
  'n%C3%A4h',
  '..%2f..%2fme',
  '%20',
  "'%20or%201=1--",
  'x'.repeat(2_000),
  '-1',
  'null',
  '0199A1DE-0000-7000-8000-00000000000G',
  UUID,
  'UPPER',
  'constructor',
  '__proto__',
  'a:b:c',
  'acme-corp:nothing',
];

const cursor = (value: unknown) =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

const QUERIES: Readonly<Record<string, readonly string[]>> = {
  limit: ['0', '-1', '1e9', 'x', '', '1.5', '1&limit=2', 'NaN', '%00'],
  cursor: [
    'x',
    '',
    '%00',
    '1&cursor=2',
    LONG,
    ...[
      null,
      {},
      [],
      [''],
      ['', ''],
      ['x', 'y'],
      ['2026-99-99T00:00:00.000Z', UUID],
      ['\u0000', UUID],
      [UUID, UUID],
      [1, 2],
      ['x', 'y', UUID],
      ['x', UUID, 'y'],
      ['9'.repeat(400), UUID],
      ['\ud800', UUID],
    ].map(cursor),
  ],
};
const OTHER_QUERY = [
  '',
  '%00',
  'x&NAME=y',
  LONG,
  '%F0%9F%92%A5',
  '-1',
  '1e400',
  '2026-02-30T25:61:61Z',
  '-271821-04-20T00:00:00.000Z',
  '275760-09-13T00:00:00.001Z',
  UUID,
  "' or 1=1--",
  '%25',
  '_',
  '\\',
];

/** Every mutation that is known of a good request. */
export function mutations(
  operation: Operation,
  good: { readonly path: string; readonly body?: object },
): Mutation[] {
  return [
    ...ofPath(operation, good.path),
    ...ofQuery(operation, good.path),
    ...(good.body ? ofBody(good.body) : []).map(m => ({
      path: good.path,
      headers: { 'Content-Type': 'application/json' },
      ...m,
    })),
  ].map(m =>
    // What is wrong with an address must not hide behind a missing body.
    m.text === undefined && good.body && !('Content-Type' in (m.headers ?? {}))
      ? {
          ...m,
          text: JSON.stringify(good.body),
          headers: { ...m.headers, 'Content-Type': 'application/json' },
        }
      : m,
  );
}

function ofPath(operation: Operation, good: string): Mutation[] {
  const template = operation.path.split('/');
  const [path, query] = good.split('?');
  return template.flatMap((part, at) =>
    part.startsWith('{')
      ? SEGMENTS.map(segment => ({
          what: `${part} = ${segment.slice(0, 40)}`,
          path: [
            path
              .split('/')
              .map((kept, index) => (index === at ? segment : kept))
              .join('/'),
            ...(query ? [query] : []),
          ].join('?'),
        }))
      : [],
  );
}

function ofQuery(operation: Operation, good: string): Mutation[] {
  const glue = good.includes('?') ? '&' : '?';
  const named = operation.parameters
    .filter(p => p.in === 'query')
    .flatMap(({ name }) =>
      (QUERIES[name] ?? OTHER_QUERY).map(value => [
        name,
        value.replace('NAME', name),
      ]),
    );
  const headers = operation.parameters
    .filter(p => p.in === 'header')
    .flatMap(({ name }) =>
      ['', '*', 'x', '"', 'W/"0"', '"1","2"', '%00', LONG].map(
        (value): Mutation => ({
          what: `${name}: ${value.slice(0, 40)}`,
          path: good,
          headers: { [name]: value },
        }),
      ),
    );
  return [
    ...[...named, ['nothing_known', '1'], ['__proto__', '1']].map(
      ([name, value]) => ({
        what: `?${name}=${value.slice(0, 60)}`,
        path: `${good}${glue}${name}=${value}`,
      }),
    ),
    ...headers,
  ];
}

type Part = Omit<Mutation, 'path'>;

function ofBody(good: object): Part[] {
  const text = JSON.stringify(good);
  return [
    ...[...TEXTS, '', '{', `${text}x`, `[${text}]`].map(whole => ({
      what: `body = ${whole.slice(0, 40)}`,
      text: whole,
    })),
    { what: 'as text/plain', text, headers: { 'Content-Type': 'text/plain' } },
    {
      what: 'in UTF-16',
      text,
      headers: { 'Content-Type': 'application/json; charset=utf-16le' },
    },
    ...ofObject(good, '', json => json),
  ];
}

/** Changes at each field of an object, and of the objects in it. */
function ofObject(
  object: object,
  at: string,
  within: (json: string) => string,
): Part[] {
  const entries = Object.entries(object);
  const render = (list: readonly (readonly [string, string])[]) =>
    within(`{${list.map(([k, v]) => `${JSON.stringify(k)}:${v}`).join()}}`);
  const texts = entries.map(([k, v]) => [k, JSON.stringify(v)] as const);
  const put = (key: string, json: string) =>
    render(texts.map(([k, v]) => [k, k === key ? json : v]));
  return [
    {
      what: `${at}nothing_known added`,
      text: render([...texts, ['nothing_known', '1']]),
    },
    ...entries.flatMap(([key, value]): Part[] => [
      ...TEXTS.map(json => ({
        what: `${at}${key} = ${json.slice(0, 40)}`,
        text: put(key, json),
      })),
      {
        what: `${at}${key} left out`,
        text: render(texts.filter(([k]) => k !== key)),
      },
      {
        what: `${at}${key} twice`,
        text: render([...texts, [key, JSON.stringify(value)]]),
      },
      ...(Array.isArray(value) && value.length > 0
        ? [
            ...TEXTS.map(json => ({
              what: `${at}${key}[0] = ${json.slice(0, 40)}`,
              text: put(key, `[${json}]`),
            })),
            ...(typeof value[0] === 'object' && value[0] !== null
              ? ofObject(value[0], `${at}${key}[0].`, json =>
                  put(key, `[${json}]`),
                )
              : []),
          ]
        : []),
      ...(value !== null && typeof value === 'object' && !Array.isArray(value)
        ? ofObject(value, `${at}${key}.`, json => put(key, json))
        : []),
    ]),
  ];
}
