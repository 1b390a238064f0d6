/** One message of an event stream. `data` lines are joined with a line feed. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
  readonly id?: string;
}

/** A message larger than this ends the stream: the other side is not what it should be. Characters. */
const MAX_MESSAGE = 16 * 1024 * 1024;

class Message {
  readonly #data: string[] = [];
  #event = 'message';
  #id: string | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(line: string): void {
    this.#size += line.length;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id') this.#id = value;
  }

  finish(): ServerSentEvent | undefined {
    if (this.#data.length === 0 && this.#event === 'message') return undefined;
    return { event: this.#event, data: this.#data.join('\n'), id: this.#id };
  }
}

/**
 * Reads an event stream as WHATWG HTML section 9.2 defines it, except that a
 * named message is yielded without data too. Comments are not yielded; `onChunk`
 * hears of every chunk that arrives, so that heartbeats count as a sign of life.
 * Throws when a message grows beyond 16 Mi characters.
 */
export async function* readServerSentEvents(
  body: AsyncIterable<Uint8Array>,
  onChunk: () => void = () => {},
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let message = new Message();

  for await (const chunk of body) {
    onChunk();
    rest += decoder.decode(chunk, { stream: true });
    // A lone CR at the end may be the first half of CRLF: leave it for later.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        const done = message.finish();
        if (done) yield done;
        message = new Message();
      } else {
        message.add(line);
      }
    }
    if (rest.length + message.size > MAX_MESSAGE) {
      throw new Error('A message of the event stream is too large');
    }
  }
}
