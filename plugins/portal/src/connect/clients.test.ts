import {
  Client,
  CLIENTS,
  KEY_PLACEHOLDER,
  stepsOf,
  Way,
  WAYS,
} from './clients';

const TARGET = {
  name: 'crm-tools',
  url: 'http://localhost:7007/mcp/t/acme-corp/crm-tools',
};
const ALL = CLIENTS.flatMap(client => WAYS.map(way => [client, way] as const));

/** The server's entry in the configuration file of a client. */
function entryOf(client: Client, way: Way, target = TARGET) {
  const file = stepsOf(client, way, target).find(step => step.file);
  const { servers, mcpServers } = JSON.parse(file?.code ?? '{}');
  return (servers ?? mcpServers)[target.name];
}

describe('the configuration of clients', () => {
  it.each(ALL)('of %s (%s) names the address', (client, way) => {
    const steps = stepsOf(client, way, TARGET);
    expect(steps.some(({ code }) => code?.includes(TARGET.url))).toBe(true);
  });

  it.each(ALL)('of %s (%s) has a key only where one is sent', (client, way) => {
    const text = JSON.stringify(stepsOf(client, way, TARGET));
    const mentionsKey = /key|authorization|bearer/i.test(text);
    expect(mentionsKey).toBe(way === 'key');
    expect(text).not.toContain('stoa_mcp_');
  });

  it('is what each client reads from its file', () => {
    const http = { type: 'http', url: TARGET.url };
    expect(entryOf('VS Code', 'signIn')).toEqual(http);
    expect(entryOf('VS Code', 'key')).toEqual({
      ...http,
      headers: { Authorization: 'Bearer ${input:crm-tools-key}' },
    });
    expect(entryOf('Cursor', 'signIn')).toEqual({ url: TARGET.url });
    expect(entryOf('Cursor', 'key')).toEqual({
      url: TARGET.url,
      headers: { Authorization: 'Bearer ${env:STOA_MCP_KEY}' },
    });
    expect(entryOf('Claude Code', 'key')).toEqual({
      ...http,
      headers: { Authorization: 'Bearer ${STOA_MCP_KEY}' },
    });
    expect(entryOf('Claude Desktop', 'key')).toEqual({
      command: 'npx',
      args: [
        '-y',
        'mcp-remote',
        TARGET.url,
        '--header',
        'Authorization:${AUTHORIZATION}',
      ],
      env: { AUTHORIZATION: `Bearer ${KEY_PLACEHOLDER}` },
    });
  });

  it('lets the key of VS Code be asked for, not written down', () => {
    const [file] = stepsOf('VS Code', 'key', TARGET);
    expect(JSON.parse(file.code ?? '').inputs).toEqual([
      expect.objectContaining({ id: 'crm-tools-key', password: true }),
    ]);
  });

  it.each([
    ['http://localhost:7007/mcp', false],
    ['https://stoa.example/mcp', false],
    ['http://stoa.internal/mcp', true],
  ])('lets the bridge to %s speak plain HTTP: %s', (url, plain) => {
    const { args } = entryOf('Claude Desktop', 'signIn', {
      name: 'crm-tools',
      url,
    });
    expect(args.includes('--allow-http')).toBe(plain);
  });
});
