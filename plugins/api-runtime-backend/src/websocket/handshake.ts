import { StoaError } from '@stoa/plugin-stoa-common';
import type { IncomingMessage } from 'node:http';
import { hasBody } from '../requestBody';

/** 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;

/** Throws `stoa.bad_request` unless the request opens a WebSocket (RFC 6455 §4.2.1). */
export function checkHandshake(req: IncomingMessage): void {
  const { method, headers, httpVersion } = req;
  if (
    method !== 'GET' ||
    httpVersion !== '1.1' ||
    hasBody(req) ||
    !KEY.test(headers['sec-websocket-key'] ?? '') ||
    headers['sec-websocket-version'] !== '13'
  ) {
    throw new StoaError(
      'stoa.bad_request',
      'This does not open a WebSocket of version 13.',
    );
  }
}
