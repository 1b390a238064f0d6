import { ServedTool } from '../registry/ServedTool';
import { RestAnswer } from './callRest';
import { toResult } from './toResult';

const plain = { tool: { wrapsResult: false } } as ServedTool;
const promising = {
  tool: {
    wrapsResult: false,
    outputSchema: { type: 'object', required: ['id'] },
  },
} as unknown as ServedTool;

function result(
  body: string | Buffer,
  parts: Partial<RestAnswer> = {},
  tool = plain,
) {
  const answer = {
    status: 200,
    contentType: 'application/json',
    body: Buffer.from(body),
    cut: false,
    ...parts,
  };
  return JSON.parse(toResult(answer, tool).json);
}

const textOf = (answer: { content: { text: string }[] }) =>
  answer.content[0].text;

it.each<[string, string | Buffer, Partial<RestAnswer>, string]>([
  ['of XML', '<a/>', { contentType: 'application/xml' }, '<a/>'],
  ['of a feed', '<a/>', { contentType: 'application/atom+xml' }, '<a/>'],
  ['of YAML', 'a: 1', { contentType: 'application/yaml' }, 'a: 1'],
  ['of a table', 'a,b', { contentType: 'text/csv' }, 'a,b'],
  [
    'in Latin-1',
    Buffer.from([0x63, 0x61, 0x66, 0xe9]),
    { contentType: 'text/plain', charset: 'iso-8859-1' },
    'café',
  ],
  [
    'in an encoding of no name',
    'café',
    { contentType: 'text/plain', charset: 'klingon' },
    'café',
  ],
  ['of no type', 'words', { contentType: '' }, 'words'],
])('shows a text %s', (_what, body, parts, text) => {
  expect(result(body, parts)).toEqual({
    content: [{ type: 'text', text }],
    isError: false,
  });
});

it.each<[string, string, string, ServedTool]>([
  ['has a mark of byte order', '\ufeff{"id":7}', 'application/json', promising],
  ['has an old type', '{"id":7}', 'text/json', promising],
  ['has no type', '{"id":7}', '', plain],
  ['is promised, and called a text', '{"id":7}', 'text/plain', promising],
])('takes JSON that %s', (_what, body, contentType, tool) => {
  expect(result(body, { contentType }, tool)).toEqual({
    content: [{ type: 'text', text: '{"id":7}' }],
    structuredContent: { id: 7 },
    isError: false,
  });
});

it('does not show what is no text', () => {
  for (const contentType of ['', 'application/pdf']) {
    const answer = result(Buffer.from([0, 0xff, 1]), { contentType });
    expect(textOf(answer)).toMatch(/3 bytes of .*cannot be shown/);
  }
});

it('says what to do about an answer that is none', () => {
  const packed = result('x', { packed: 'gzip' });
  expect([packed.isError, textOf(packed)]).toEqual([
    true,
    expect.stringContaining('packed its answer (gzip)'),
  ]);
  const html = result('<h1>', { contentType: 'text/html' }, promising);
  expect([html.isError, textOf(html)]).toEqual([
    true,
    expect.stringContaining('200 OK with text/html, where this tool promises'),
  ]);
  expect(textOf(result('{}', { status: 429, retryAfter: 30 }))).toBe(
    'The service answered 429 Too Many Requests. Try again in 30 seconds.\n\n{}',
  );
  expect(textOf(result('', { status: 503, retryAfter: 5 }))).toContain(
    '503 Service Unavailable. Try again in 5 seconds',
  );
});
