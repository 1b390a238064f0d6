/** Clients whose configuration we know, by the name they give themselves. */
export const CLIENTS = [
  'Claude Code',
  'Claude Desktop',
  'VS Code',
  'Cursor',
  'MCP Inspector',
] as const;
export type Client = (typeof CLIENTS)[number];

/** How a client proves who it is: it signs its user in, or it sends a key. */
export const WAYS = ['signIn', 'key'] as const;
export type Way = (typeof WAYS)[number];

/** Stands where the reader's own key belongs; the key itself is not known here. */
export const KEY_PLACEHOLDER = 'YOUR_MCP_KEY';
/** For clients that read the key from the environment, so that it is in no file. */
const KEY_VARIABLE = 'STOA_MCP_KEY';

const INDENT = 2;

/** Where the client is to connect to. */
export interface Target {
  /** What the client will call the server. */
  readonly name: string;
  readonly url: string;
}

/** One thing to do: which words say it, and what is to be copied for it. */
export interface Step {
  readonly say:
    | 'terminal'
    | 'signInCode'
    | 'project'
    | 'connector'
    | 'bridge'
    | 'file'
    | 'restart'
    | 'prompted'
    | 'variable'
    | 'signInHere'
    | 'browser'
    | 'inspect';
  /** The file that the text belongs into; without it the text is a command or an address. */
  readonly file?: string;
  readonly code?: string;
}

type Writer = (target: Target) => Step[];

const WRITERS: Record<Client, Record<Way, Writer>> = {
  'Claude Code': {
    signIn: ({ name, url }) => [
      {
        say: 'terminal',
        code: `claude mcp add --transport http ${name} ${url}`,
      },
      { say: 'signInCode' },
    ],
    key: ({ name, url }) => [
      {
        say: 'terminal',
        code: `claude mcp add --transport http ${name} ${url} \\
  --header "Authorization: Bearer ${KEY_PLACEHOLDER}"`,
      },
      {
        say: 'project',
        file: '.mcp.json',
        code: json({
          mcpServers: {
            [name]: {
              type: 'http',
              url,
              headers: { Authorization: `Bearer \${${KEY_VARIABLE}}` },
            },
          },
        }),
      },
    ],
  },
  'Claude Desktop': {
    signIn: target => [
      { say: 'connector', code: target.url },
      {
        say: 'bridge',
        file: 'claude_desktop_config.json',
        code: json({ mcpServers: { [target.name]: bridge(target.url) } }),
      },
      { say: 'restart' },
    ],
    key: target => [
      {
        say: 'file',
        file: 'claude_desktop_config.json',
        code: json({
          mcpServers: {
            [target.name]: {
              ...bridge(
                target.url,
                '--header',
                // Without a space: some systems split the argument there.
                'Authorization:${AUTHORIZATION}',
              ),
              env: { AUTHORIZATION: `Bearer ${KEY_PLACEHOLDER}` },
            },
          },
        }),
      },
      { say: 'restart' },
    ],
  },
  'VS Code': {
    signIn: ({ name, url }) => [
      {
        say: 'file',
        file: '.vscode/mcp.json',
        code: json({ servers: { [name]: { type: 'http', url } } }),
      },
      { say: 'signInHere' },
    ],
    key: ({ name, url }) => [
      {
        say: 'file',
        file: '.vscode/mcp.json',
        code: json({
          inputs: [
            {
              type: 'promptString',
              id: `${name}-key`,
              description: `MCP key (${name})`,
              password: true,
            },
          ],
          servers: {
            [name]: {
              type: 'http',
              url,
              headers: { Authorization: `Bearer \${input:${name}-key}` },
            },
          },
        }),
      },
      { say: 'prompted' },
    ],
  },
  Cursor: {
    signIn: ({ name, url }) => [
      {
        say: 'file',
        file: '~/.cursor/mcp.json',
        code: json({ mcpServers: { [name]: { url } } }),
      },
      { say: 'signInHere' },
    ],
    key: ({ name, url }) => [
      {
        say: 'file',
        file: '~/.cursor/mcp.json',
        code: json({
          mcpServers: {
            [name]: {
              url,
              headers: { Authorization: `Bearer \${env:${KEY_VARIABLE}}` },
            },
          },
        }),
      },
      { say: 'variable', code: `export ${KEY_VARIABLE}=${KEY_PLACEHOLDER}` },
    ],
  },
  'MCP Inspector': {
    signIn: ({ url }) => [
      {
        say: 'inspect',
        code: `npx @modelcontextprotocol/inspector --cli ${url} \\
  --transport http --method tools/list`,
      },
      { say: 'browser' },
    ],
    key: ({ url }) => [
      {
        say: 'inspect',
        code: `npx @modelcontextprotocol/inspector --cli ${url} \\
  --transport http --method tools/list \\
  --header "Authorization: Bearer ${KEY_PLACEHOLDER}"`,
      },
    ],
  },
};

/** What there is to do in a client, in order. */
export function stepsOf(client: Client, way: Way, target: Target): Step[] {
  return WRITERS[client][way](target);
}

/** Claude Desktop starts local programs only; this one speaks for it over HTTP. */
function bridge(url: string, ...more: readonly string[]) {
  const { protocol, hostname } = new URL(url);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const plain = protocol === 'http:' && !local ? ['--allow-http'] : [];
  return { command: 'npx', args: ['-y', 'mcp-remote', url, ...plain, ...more] };
}

function json(value: object): string {
  return JSON.stringify(value, null, INDENT);
}
