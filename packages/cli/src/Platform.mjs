import { readArgs } from './args.mjs';
import { localUrl, signInAs } from './localPlatform.mjs';
import { Refusal } from './refusal.mjs';

const TIMEOUT_MS = 60_000;

/** The options by which a command is told whom to ask, and as who. */
const OPTIONS = { account: { type: 'string' } };

/** A control plane, asked as somebody. */
export class Platform {
  #baseUrl;
  #token;

  constructor(baseUrl, token) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.#token = token;
  }

  /** @returns {Promise<any>} what the operation answers */
  async get(path) {
    const url = `${this.#baseUrl}/api/control-plane${path}`;
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${this.#token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(error => {
      const cause = error.cause?.code ?? error.name;
      throw new Refusal(`nothing answers at ${this.#baseUrl} (${cause})`);
    });
    const body = await answer.json().catch(() => undefined);
    if (answer.ok && body) return body;
    const said = body?.error?.message ?? 'it does not answer as a platform';
    throw new Refusal(`${path}: ${answer.status}, ${said}`);
  }
}

/**
 * Reads a command's arguments and finds the platform they mean: with a token in
 * `STOA_TOKEN` (never an argument: others see those) that of `STOA_URL`, else the one
 * on this machine.
 *
 * @returns {Promise<{platform: Platform, values: object, positionals: string[]}>}
 */
export async function openPlatform(args, options = {}, positionals = false) {
  const read = readArgs({ ...OPTIONS, ...options }, { positionals, args });
  const { STOA_URL: url, STOA_TOKEN: given } = process.env;
  if (given) return { ...read, platform: new Platform(checked(url), given) };
  const { account } = read.values;
  const token = await signInAs({ ...read, account });
  return { ...read, platform: new Platform(localUrl(read), token) };
}

/** A token never goes over a network in the clear. */
function checked(text) {
  const url = text && URL.canParse(text) ? new URL(text) : undefined;
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && here))
    throw new Refusal('STOA_URL must be set, and begin with https://');
  return text;
}
