import type { IncomingHttpHeaders } from 'node:http';
import { CODE, ProtocolError } from './errors';
import { isRecord, Message, Params } from './message';
import { isModern, SUPPORTED_REVISIONS } from './revisions';

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

/** The method whose subject a client names in `Mcp-Name`, and where it stands in the parameters. */
const NAMED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

const BASE64 = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

/** True when the request speaks, or means to speak, a revision without sessions. */
export function meansModern(
  headers: IncomingHttpHeaders,
  params: Params,
): boolean {
  const meta = params._meta;
  const header = headers['mcp-protocol-version'];
  return (
    (isRecord(meta) && VERSION in meta) ||
    (typeof header === 'string' && isModern(header))
  );
}

/**
 * The rules of 2026-07-28 for every request: what `_meta` must say, and header
 * fields that say the same as the body. Throws a `ProtocolError` by those rules.
 */
export function checkModern(
  headers: IncomingHttpHeaders,
  message: Extract<Message, { kind: 'request' | 'notification' }>,
): void {
  const meta = isRecord(message.params._meta) ? message.params._meta : {};
  const version = meta[VERSION];
  if (typeof version !== 'string') {
    throw badRequest(
      CODE.invalidParams,
      `params._meta["${VERSION}"] is missing.`,
    );
  }
  const header = headers['mcp-protocol-version'];
  if (header !== undefined && header !== version) {
    throw badRequest(
      CODE.headerMismatch,
      'MCP-Protocol-Version differs from the version in params._meta.',
    );
  }
  if (!isModern(version)) {
    throw badRequest(
      CODE.unsupportedVersion,
      `The protocol version ${version.slice(0, 40)} is not supported.`,
      { supported: SUPPORTED_REVISIONS, requested: version.slice(0, 40) },
    );
  }
  if (header === undefined) {
    throw badRequest(CODE.headerMismatch, 'MCP-Protocol-Version is missing.');
  }
  if (message.kind === 'request' && !isRecord(meta[CAPABILITIES])) {
    throw badRequest(
      CODE.invalidParams,
      `params._meta["${CAPABILITIES}"] is missing.`,
    );
  }
  checkMirror(headers, 'mcp-method', message.method);
  const field = NAMED[message.method];
  if (field !== undefined) {
    checkMirror(headers, 'mcp-name', message.params[field]);
  }
}

/** A header field that must say what the body says; intermediaries may have acted on it. */
function checkMirror(
  headers: IncomingHttpHeaders,
  name: 'mcp-method' | 'mcp-name',
  expected: unknown,
): void {
  const value = headers[name];
  const said = typeof value === 'string' ? decode(value) : undefined;
  if (said === undefined || said !== expected) {
    const label = name === 'mcp-method' ? 'Mcp-Method' : 'Mcp-Name';
    throw badRequest(
      CODE.headerMismatch,
      value === undefined
        ? `${label} is missing.`
        : `${label} differs from the body.`,
    );
  }
}

/** Values outside printable ASCII come as `=?base64?…?=`. */
function decode(value: string): string | undefined {
  if (!value.startsWith('=?base64?')) return value;
  const encoded = BASE64.exec(value)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function badRequest(
  code: number,
  message: string,
  data?: unknown,
): ProtocolError {
  return new ProtocolError(code, message, { status: 400, data });
}
