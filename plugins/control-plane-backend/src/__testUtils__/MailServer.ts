import { once } from 'node:events';
import { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A message as it was handed over. */
export interface ReceivedMail {
  readonly to: string;
  /** By lower-case name, decoded, each only once. */
  readonly headers: Readonly<Record<string, string>>;
  /** All of it, with what was encoded for the way decoded. */
  readonly text: string;
}

/** Takes mail on loopback; what it says to a message can be changed at any time. */
export class MailServer {
  readonly received: ReceivedMail[] = [];
  /** The code that it refuses a message to this address with. */
  refuse: (to: string) => number | undefined = () => undefined;
  /** Before it says that it has taken a message. */
  onMail: (mail: ReceivedMail) => void = () => {};
  readonly #server: SMTPServer;

  private constructor(readonly credentials: { user: string; pass: string }) {
    this.#server = new SMTPServer({
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        username === credentials.user && password === credentials.pass
          ? done(null, { user: username })
          : done(new Error('who are you?')),
      onRcptTo: ({ address }, _session, done) => {
        const responseCode = this.refuse(address);
        done(
          responseCode
            ? Object.assign(new Error(`no: ${address}`), { responseCode })
            : null,
        );
      },
      onData: async (stream, { envelope }, done) => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const mail = parse(
          envelope.rcptTo.map(({ address }) => address).join(' '),
          Buffer.concat(chunks).toString('latin1'),
        );
        this.received.push(mail);
        this.onMail(mail);
        done();
      },
    });
    this.#server.on('error', () => {});
  }

  static async start(credentials: {
    user: string;
    pass: string;
  }): Promise<MailServer> {
    const server = new MailServer(credentials);
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  to(address: string): ReceivedMail[] {
    return this.received.filter(mail => mail.to === address);
  }

  stop(): Promise<void> {
    return new Promise(resolve => this.#server.close(resolve));
  }
}

function parse(to: string, raw: string): ReceivedMail {
  const [head] = raw.split('\r\n\r\n', 1);
  const headers: Record<string, string> = {};
  for (const line of head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const [, name, value] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
    if (!name || name.toLowerCase() in headers)
      throw new Error(`no header, or a second one: ${line}`);
    headers[name.toLowerCase()] = decodeWords(value);
  }
  return { to, headers, text: decodeParts(raw.slice(head.length)) };
}

/** RFC 2047 §2. */
function decodeWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/(?:=\?utf-8\?[qb]\?[^?]*\?=)+/gi, words =>
      Buffer.concat(
        [...words.matchAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi)].map(
          ([, encoding, text]) =>
            encoding.toLowerCase() === 'b'
              ? Buffer.from(text, 'base64')
              : quoted(text.replaceAll('_', ' ')),
        ),
      ).toString(),
    );
}

/** The parts of RFC 2045 §6, each with its own encoding. */
function decodeParts(body: string): string {
  return body
    .split(/\r\n--/)
    .map(part => {
      const [, encoding] = /Content-Transfer-Encoding: (\S+)/i.exec(part) ?? [];
      if (encoding === 'quoted-printable') return quoted(part).toString();
      if (encoding !== 'base64') return part;
      const [head, ...rest] = part.split('\r\n\r\n');
      return `${head}\n\n${Buffer.from(rest.join(''), 'base64')}`;
    })
    .join('\n--');
}

/** RFC 2045 §6.7. */
function quoted(text: string): Buffer {
  return Buffer.from(
    text
      .replaceAll(/=\r\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex) =>
        String.fromCharCode(parseInt(hex, 16)),
      ),
    'latin1',
  );
}
