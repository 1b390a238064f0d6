import { RestAnswer } from './callRest';

/** A JSON text, and what it says. */
export interface ReadJson {
  /** Without the mark of byte order that some services put in front. */
  readonly text: string;
  readonly value: unknown;
}

const JSON_TYPE = /^(application|text)\/(x-)?json$|\+json$/;
const TEXT_TYPE =
  /^text\/|\+(xml|yaml)$|^application\/(x-)?(xml|yaml|ndjson|jsonl|javascript|graphql|sql|www-form-urlencoded)$/;

export function isJson(contentType: string): boolean {
  return JSON_TYPE.test(contentType);
}

/** `undefined` for what is no JSON. */
export function readJson(body: Buffer): ReadJson | undefined {
  // RFC 8259 §8.1: a parser may ignore the mark rather than take it for an error.
  const whole = body.toString('utf8');
  const text = whole.startsWith('\ufeff') ? whole.slice(1) : whole;
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** A text in the encoding that its type names; `undefined` for what is no text. */
export function readText(
  answer: Pick<RestAnswer, 'contentType' | 'charset' | 'body'>,
): string | undefined {
  const { contentType, charset, body } = answer;
  if (contentType === '') return guessed(body);
  return TEXT_TYPE.test(contentType)
    ? decoderOf(charset).decode(body)
    : undefined;
}

function decoderOf(charset = 'utf-8'): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

/** Of no named type: a text, if it reads like one. */
function guessed(body: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
