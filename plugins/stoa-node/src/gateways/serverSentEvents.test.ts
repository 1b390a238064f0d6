import { readServerSentEvents, ServerSentEvent } from './serverSentEvents';

async function read(chunks: readonly Uint8Array[]): Promise<ServerSentEvent[]> {
  async function* body() {
    yield* chunks;
  }
  const out: ServerSentEvent[] = [];
  for await (const event of readServerSentEvents(body())) out.push(event);
  return out;
}

const stream = Buffer.from(
  [
    'event: item\r\nid: 1\r\ndata: {"a":\r\ndata: "é€😀"}\r\n\r\n',
    ': a comment\n\n',
    'event: reset\n\n',
    'data:no space\r\r',
    'retry: 5\nid\ndata: x: y\n\n',
    'event: cut\ndata: off',
  ].join(''),
);

const expected = [
  { event: 'item', id: '1', data: '{"a":\n"é€😀"}' },
  { event: 'reset', id: undefined, data: '' },
  { event: 'message', id: undefined, data: 'no space' },
  { event: 'message', id: '', data: 'x: y' },
];

describe('readServerSentEvents', () => {
  it('reads all line ends, fields and comments, however the bytes are cut', async () => {
    expect(await read([stream])).toEqual(expected);
    expect(await read([...stream].map(byte => Uint8Array.of(byte)))).toEqual(
      expected,
    );
    for (let cut = 1; cut < stream.length; cut += 1) {
      const events = await read([
        stream.subarray(0, cut),
        stream.subarray(cut),
      ]);
      expect(events).toEqual(expected);
    }
  });

  it('refuses a message that never ends', async () => {
    const chunk = Buffer.from(`data: ${'x'.repeat(1024 * 1024)}\n`);
    await expect(read(Array(17).fill(chunk))).rejects.toThrow('too large');
    await expect(
      read(Array(17).fill(Buffer.from('x'.repeat(1024 * 1024)))),
    ).rejects.toThrow('too large');
  });
});
