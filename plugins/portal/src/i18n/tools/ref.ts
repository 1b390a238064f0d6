import { createTranslationRef } from '@backstage/frontend-plugin-api';

/**
 * Words of the pages about MCP servers and tools. They load with those pages:
 * nothing of them is in the first load.
 */
export const portalToolTranslationRef = createTranslationRef({
  id: 'portal-tools',
  messages: {
    access: {
      active: 'Subscribed',
      pending: 'Waits for approval',
      suspended: 'Access suspended',
    },
    servers: {
      title: 'MCP servers',
      description:
        'Tools for AI clients. Each server offers operations of an API to clients such as Claude, VS Code and Cursor.',
      search: 'Search MCP servers',
      find: 'Find an MCP server',
      allTools: 'Browse all tools',
      tools_one: '{{count}} tool',
      tools_other: '{{count}} tools',
      notDeployed: 'Not in operation yet',
      private: 'Members only',
      none: 'No MCP server matches',
      empty: 'There are no tools yet',
      emptyHint:
        'As soon as a provider offers operations of an API as tools, they appear here.',
    },
    server: {
      title: 'MCP server',
      tabs: 'Parts of the MCP server',
      tools: 'Tools',
      connect: 'Connect',
      about: 'About this server',
      noDescription: 'The provider has not described this server yet.',
      madeFrom: 'Made from the API',
      granted: 'Your tools',
      mySubscription: 'My subscription',
      noPlans: 'This server has no plan',
      empty: 'This server has no tools',
    },
    notice: {
      inactive:
        'This server is out of service. Its tools cannot be called until its provider brings it back.',
      notDeployed:
        'The API behind this server is not deployed yet. Its tools can be called once it is.',
      pending:
        'The provider has not decided on your request yet. Your key and your account can call the tools once it is approved.',
      suspended:
        'The provider has suspended your access. Your subscription says why.',
      byRole:
        'You may call these tools by your role in the organisation, without a subscription.',
    },
    connect: {
      title: 'Connect an AI client',
      client: 'Client',
      way: 'Prove who you are',
      signIn: 'Sign in',
      signInHint:
        'The client needs nothing but the address: it opens your browser, you sign in with your account here, and it may then call what you may call.',
      key: 'Send a key',
      keyHint:
        'The client sends the key that you received with your subscription. It is shown once only and not known here: put it where YOUR_MCP_KEY or the variable STOA_MCP_KEY stands.',
      reach: 'Tools',
      server: 'Of this server',
      all: 'All that I may use',
      address: 'Address',
      terminal: 'Terminal',
    },
    step: {
      terminal: 'Run this once:',
      signInCode:
        'In Claude Code, enter /mcp, choose the server and sign in in the browser.',
      project:
        'Or share it with your team in the project, with the key in the environment variable STOA_MCP_KEY of each:',
      connector:
        'In Settings → Connectors → Add custom connector, enter this address. Claude connects from the internet: it must be reachable from there.',
      bridge:
        'If it is reachable from your network only, let a small program speak for Claude instead:',
      file: 'Put this into the file; keep what stands there already.',
      restart: 'Restart Claude Desktop.',
      prompted:
        'VS Code asks for the key when it starts the server, and keeps it safe.',
      variable:
        'Set the variable where the client is started from, for instance in your shell’s profile:',
      signInHere: 'Start the server there and sign in in the browser.',
      browser:
        'It prints an address: open it in the browser and sign in. The list of tools follows.',
      inspect: 'List the tools from a terminal:',
    },
    subscribe: {
      whichTools: 'Which tools?',
      all_one: 'All: {{count}} tool now, and those to come',
      all_other: 'All: {{count}} tools now, and those to come',
      some: 'Only these',
      submit: 'Subscribe to {{server}}',
      already: 'You are subscribed to this server already, or have asked to be',
      notNow: 'This server takes no subscriptions at the moment',
    },
    tools: {
      title: 'MCP tools',
      description: 'Every tool of every MCP server that is open to you.',
      search: 'Search tools',
      placeholder: 'Name, purpose…',
      byServer: 'Browse by server',
      of: '{{server}}, {{tenant}}',
      none: 'No tool matches',
      empty: 'There are no tools yet',
    },
    tool: {
      seen: 'What a model sees',
      name: 'Name',
      fullName: 'Name at /mcp',
      server: 'MCP server',
      try: 'Try it',
    },
    obstacle: {
      none: 'Subscribe to try it',
      noneHint: 'Tools can be called by those who are subscribed to them.',
      pending: 'Your request waits for approval',
      pendingHint: 'You can try the tool once the provider has approved it.',
      suspended: 'Your access is suspended',
      suspendedHint: 'Your subscription says why.',
      notGranted: 'Your subscription does not include this tool',
      notGrantedHint: 'Cancel it and subscribe anew with this tool as well.',
      notDeployed: 'Not in operation yet',
      notDeployedHint: 'The API behind this tool is not deployed.',
      inactive: 'Out of service',
      inactiveHint: 'Its provider has taken the server out of service.',
    },
    try: {
      hint: 'This calls the tool through the real gateway, as you, and counts as any other call.',
      mode: 'How to enter the arguments',
      form: 'Form',
      arguments: 'Arguments as JSON',
      onlyJson: 'The form has no field for some of this.',
      asJson: 'as JSON',
      noArguments: 'This tool takes no arguments.',
      leftOut: 'left out',
      fillIn: 'Fill in',
      leaveOut: 'Leave out',
      add: 'Add an entry',
      remove: 'Remove',
      call: 'Call {{tool}}',
      incomplete: 'Something is missing or wrong above.',
      result: 'Result',
      answered: 'Answered',
      failed: 'The tool reports an error',
      refused: 'Not called',
      structured: 'Structured content',
      text: 'Text',
    },
    wrong: {
      required: 'This is needed.',
      number: 'Enter a number.',
      integer: 'Enter a whole number.',
      json: 'This is not valid JSON yet.',
      object: 'This is not a JSON object yet.',
    },
    subscriptions: {
      to: 'Subscribed to',
      kind: 'Kind',
      tools: 'Tools',
      for: 'For',
      connect: 'Connect a client',
      cancelTitle: 'Cancel the subscription to the tools of {{server}}?',
      cancelHint:
        'Its key and your own access stop working everywhere within a second. A new subscription gets a new key.',
    },
    api: {
      tools: 'As tools for AI clients',
      toolsHint: 'AI clients can call operations of this API as tools.',
    },
  },
  translations: { fr: () => import('./fr') },
});
