import { CODE, ProtocolError } from './errors';

export type RequestId = string | number;

/** What a client sends: a request (with an id), a notification (without), or an answer to one of ours. */
export type Message =
  | {
      readonly kind: 'request';
      readonly id: RequestId;
      readonly method: string;
      readonly params: Params;
    }
  | {
      readonly kind: 'notification';
      readonly method: string;
      readonly params: Params;
    }
  | { readonly kind: 'response' };

export type Params = Readonly<Record<string, unknown>>;

/** Messages in one body, where the revision allows more than one. */
const MAX_BATCH = 50;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a body. Throws a `ProtocolError` with status 400 for what is no JSON-RPC 2.0. */
export function parseBody(body: Buffer): Message | Message[] {
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(body));
  } catch {
    throw new ProtocolError(CODE.parseError, 'The body is not valid JSON.', {
      status: 400,
    });
  }
  if (!Array.isArray(value)) return parseMessage(value);
  if (value.length === 0 || value.length > MAX_BATCH) {
    throw invalid(`A batch has 1 to ${MAX_BATCH} messages.`);
  }
  return value.map(parseMessage);
}

function parseMessage(value: unknown): Message {
  if (!isRecord(value) || value.jsonrpc !== '2.0') {
    throw invalid('A message is a JSON object with "jsonrpc": "2.0".');
  }
  const { id, method } = value;
  // Some clients write null for what they leave out.
  const params = value.params ?? {};
  if (method === undefined && ('result' in value || 'error' in value)) {
    return { kind: 'response' };
  }
  if (typeof method !== 'string' || !isRecord(params)) {
    throw invalid('A message has a "method", and "params" that are an object.');
  }
  if (id === undefined) return { kind: 'notification', method, params };
  if (typeof id !== 'string' && !Number.isInteger(id)) {
    throw invalid('An "id" is a string or a whole number.');
  }
  return { kind: 'request', id: id as RequestId, method, params };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(CODE.invalidRequest, message, { status: 400 });
}

/** A result, given as JSON, in its envelope. */
export function resultMessage(id: RequestId, resultJson: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${resultJson}}`;
}

/** An error in its envelope; without an id when the request's could not be read. */
export function errorMessage(
  id: RequestId | null,
  { code, message, data }: ProtocolError,
): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    error: { code, message, ...(data !== undefined && { data }) },
  });
}
