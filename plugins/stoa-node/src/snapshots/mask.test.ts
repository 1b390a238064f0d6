import { maskSnapshot, maskText } from './mask';

const SECRETS = {
  'a key for APIs': `stoa_sk_${'aB3'.repeat(10)}x1`,
  'a key for tools': `stoa_mcp_${'aB3'.repeat(10)}x1`,
  'a JSON web token':
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ',
  'an e-mail address': 'jane.doe+crm@example.co.uk',
  'a card': '4111 1111 1111 1111',
  'a card without spaces': '5500005555555559',
  'an IBAN': 'FR76 3000 6000 0112 3456 7890 189',
  'a phone number': '+33 6 12 34 56 78',
  'a French phone number': '06 12 34 56 78',
  'a social security number': '1 85 05 78 006 084 91',
};

/** Ways in which a value comes in a request, a message or an answer. */
const WRAPPINGS: Record<string, (value: unknown) => unknown> = {
  alone: value => value,
  'in an object': value => ({ note: value }),
  'as a key': value => ({ [String(value)]: 1 }),
  'in a list': value => [1, [value]],
  'in a text': value => `before ${value}, after`,
  'in JSON inside a string': value => JSON.stringify({ a: [value] }),
  'in JSON inside JSON': value =>
    JSON.stringify({ body: JSON.stringify({ a: value }) }),
  'deep down': value => ({ a: { b: [{ c: { d: value } }] } }),
};

describe.each(Object.entries(SECRETS))('%s', (_name, secret) => {
  it.each(Object.entries(WRAPPINGS))('is not seen %s', (_how, wrap) => {
    const masked = JSON.stringify(maskSnapshot(wrap(secret)));
    expect(masked).not.toContain(secret);
    expect(masked).toContain('***');
  });
});

/** Whatever they look like, what stands under these names is not shown. */
it.each([
  'password',
  'PASSWORD',
  'user_password',
  'client_secret',
  'clientSecret',
  'access_token',
  'X-API-Key',
  'apiKey',
  'Authorization',
  'Set-Cookie',
  'sessionId',
  'cvv',
])('masks what is called %s', name => {
  const value = 'plain words';
  const shapes = [
    { [name]: value },
    { [name]: { inner: [value] } },
    [[name, value]],
    { headers: [{ name, value }] },
    `${name}=plain-words&x=1`,
    `${name}: "${value}"`,
    JSON.stringify({ [name]: value }),
    JSON.stringify({ [name]: { inner: [1, value] } }, undefined, 1),
  ];
  for (const shape of shapes) {
    const masked = JSON.stringify(maskSnapshot(shape));
    expect(masked).not.toMatch(/plain[ -]words/);
  }
});

it('leaves what helps to find a fault', () => {
  const harmless = {
    status: 503,
    path: '/customers/42?page=2',
    id: '018f2f9e-7a5b-7c3d-9e8f-0123456789ab',
    at: '2026-11-23T10:00:00.000Z',
    amount: 1234.56,
    count: 20261123,
    message: 'column "total" of version 1.2.3 does not exist',
    empty: null,
    yes: true,
  };
  expect({ ...(maskSnapshot(harmless) as object) }).toEqual(harmless);
});

it('has no character that a database cannot keep', () => {
  const kept = maskSnapshot({
    'k\0': ['a\0b', '{"in\\u0000side": "\\u0000"}'],
  });
  expect(JSON.stringify(kept)).not.toContain('u0000');
  expect(maskText('a\0b')).toBe('a\ufffdb');
});

it('takes a number for what it is', () => {
  expect(maskSnapshot({ card: 4111111111111111 })).toEqual({ card: '***' });
  expect(maskSnapshot([4111111111111112])).toEqual([4111111111111112]);
});

it('is bounded in depth, length and number, and never throws', () => {
  let deep: unknown = 'bottom';
  for (let i = 0; i < 10_000; i++) deep = [deep];
  const wide = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, i) => [`k${i}`, 'v'.repeat(10_000)]),
  );
  const masked = JSON.stringify([
    maskSnapshot(deep),
    maskSnapshot(wide),
    maskSnapshot(Array(1e6).fill(0)),
    maskText('x'.repeat(1e7)),
    maskSnapshot(JSON.parse('{"__proto__": {"password": "hidden"}}')),
    maskSnapshot(() => 0) ?? null,
  ]);
  expect(masked.length).toBeLessThan(500_000);
  expect(masked).not.toContain('hidden');
  expect(masked).not.toContain('bottom');
});

it('reads hostile texts in linear time', () => {
  for (const text of ['a@', '1 ', 'A1', '+1(', 'Bearer ', 'token=', '{"a":']) {
    expect(typeof maskText(text.repeat(200_000))).toBe('string');
  }
});

it('does not show a half of what it cuts', () => {
  const text = `${'x'.repeat(1_980)} 4111111111111111`;
  expect(maskText(text)).not.toContain('4111111');
});
