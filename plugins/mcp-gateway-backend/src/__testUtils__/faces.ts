import { Harness } from './gateway';

/** One call of a tool as each face answers it. */
export interface FaceCall {
  readonly status: number;
  /** `result`: the tool's; `tool error`: one that the model can act on; `refused`: an error of the platform or protocol. */
  readonly kind: 'result' | 'tool error' | 'refused';
  readonly text: string;
  readonly requestId: string | null;
  readonly headers: Headers;
}

export interface FaceOptions {
  readonly headers?: Record<string, string>;
  readonly tenant?: string;
  readonly server?: string;
  readonly tool?: string;
  readonly args?: unknown;
}

type Face = (harness: Harness, options: FaceOptions) => Promise<FaceCall>;

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Every way to call a tool, so that one table of attacks meets them all. */
export const FACES: Readonly<Record<string, Face>> = {
  'the aggregate, 2025-11-25': (harness, options) =>
    jsonRpc(harness, '/mcp', {
      name: aggregateName(options),
      headers: { 'mcp-protocol-version': '2025-11-25' },
      options,
    }),
  'the aggregate, 2026-07-28': (harness, options) =>
    jsonRpc(harness, '/mcp', {
      name: aggregateName(options),
      headers: modernHeaders(aggregateName(options)),
      meta: META,
      options,
    }),
  'a virtual server, 2025-06-18': (harness, options) =>
    jsonRpc(harness, serverPath(options), {
      name: options.tool ?? 'get_customer',
      headers: { 'mcp-protocol-version': '2025-06-18' },
      options,
    }),
  'a virtual server, 2026-07-28': (harness, options) =>
    jsonRpc(harness, serverPath(options), {
      name: options.tool ?? 'get_customer',
      headers: modernHeaders(options.tool ?? 'get_customer'),
      meta: META,
      options,
    }),
  'plain HTTP': async (harness, options) => {
    const name = encodeURIComponent(aggregateName(options));
    const response = await fetch(`${harness.url}/mcp/v1/tools/${name}/invoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...options.headers },
      body: JSON.stringify({ arguments: options.args ?? { id: 7 } }),
    });
    const body = await response.json();
    return faceCall(response, body.content ? body : undefined, body);
  },
};

export function modernHeaders(name: string): Record<string, string> {
  return {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': name,
  };
}

function aggregateName({ tenant = 'acme', server, tool }: FaceOptions): string {
  return `${tenant}__${server ?? 'crm-tools'}__${tool ?? 'get_customer'}`;
}

function serverPath({ tenant = 'acme', server }: FaceOptions): string {
  return `/mcp/t/${tenant}/${server ?? 'crm-tools'}`;
}

async function jsonRpc(
  harness: Harness,
  path: string,
  call: {
    name: string;
    headers: Record<string, string>;
    meta?: object;
    options: FaceOptions;
  },
): Promise<FaceCall> {
  const { name, meta, options } = call;
  const response = await fetch(harness.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...call.headers,
      ...options.headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name,
        arguments: options.args ?? { id: 7 },
        ...(meta && { _meta: meta }),
      },
    }),
  });
  const body = await response.json();
  return faceCall(response, body.result, body);
}

function faceCall(
  response: Response,
  result: { isError?: boolean } | undefined,
  body: unknown,
): FaceCall {
  const outcome = result?.isError ? 'tool error' : 'result';
  return {
    status: response.status,
    kind: result ? outcome : 'refused',
    text: JSON.stringify(body),
    requestId: response.headers.get('x-request-id'),
    headers: response.headers,
  };
}
