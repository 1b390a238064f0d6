import assert from 'node:assert/strict';
import { ARGUMENTS, ITEM } from './tool.mjs';

const MODERN = '2026-07-28';
const LEGACY = '2025-11-25';
const META = 'io.modelcontextprotocol/';

/**
 * A `tools/call` over Streamable HTTP, as the load generator sends it.
 *
 * @param {'modern' | 'legacy'} era 2026-07-28, or 2025-11-25 without a session
 * @param {{url: string, name?: string, credential?: string}} target
 */
export function toolCall(era, { url, name = 'getItem', credential }) {
  const modern = era === 'modern';
  const body = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name,
      arguments: ARGUMENTS,
      ...(modern && {
        _meta: {
          [`${META}protocolVersion`]: MODERN,
          [`${META}clientInfo`]: { name: 'bench', version: '1' },
          [`${META}clientCapabilities`]: {},
        },
      }),
    },
  };
  return {
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': modern ? MODERN : LEGACY,
      ...(modern && { 'mcp-method': 'tools/call', 'mcp-name': name }),
      ...(credential && { authorization: `Bearer ${credential}` }),
    },
    body: JSON.stringify(body),
  };
}

/** Throws unless the answer is the item, as the service or as a tool gives it. */
export function assertItem(answer) {
  const value = JSON.parse(answer);
  if (value.jsonrpc === undefined) {
    assert.deepEqual(value, ITEM);
    return;
  }
  assert.equal(value.id, 1, answer);
  assert.notEqual(value.result?.isError, true, answer);
  assert.deepEqual(value.result?.structuredContent, ITEM, answer);
  assert.deepEqual(JSON.parse(value.result.content[0].text), ITEM);
}
