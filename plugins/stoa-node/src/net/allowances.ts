import { InputError } from '@backstage/errors';
import { normalizeHost } from './addresses';

/** Exceptions to the refusal of internal addresses, given by the operator. */
export class Allowances {
  readonly #entries: ReadonlySet<string>;

  /** Throws `InputError` when an entry is not `host:port` (IPv6 in brackets): a wrong allowance must not start. */
  constructor(entries: readonly string[]) {
    this.#entries = new Set(entries.map(parseEntry));
  }

  /**
   * True when the endpoint may be dialled although its address is internal. An
   * entry names either the host as it stands in the URL, or the address that it
   * resolves to; the port always counts.
   */
  covers(host: string, address: string, port: number): boolean {
    return (
      this.#entries.has(`${normalizeHost(host)} ${port}`) ||
      this.#entries.has(`${normalizeHost(address)} ${port}`)
    );
  }
}

function parseEntry(entry: string): string {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^\s:/@[\]]+):(\d{1,5})$/.exec(entry);
  const port = Number(match?.[2]);
  if (!match || port < 1 || port > 65535) {
    throw new InputError(
      `A network allowance must be "host:port" (IPv6 in brackets), got "${entry}"`,
    );
  }
  return `${normalizeHost(match[1])} ${port}`;
}
