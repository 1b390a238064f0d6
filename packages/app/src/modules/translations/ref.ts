import { createTranslationRef } from '@backstage/frontend-plugin-api';

/** Words of the shell: navigation, sign-in and home. */
export const shellTranslationRef = createTranslationRef({
  id: 'stoa-shell',
  messages: {
    nav: {
      home: 'Home',
      portal: 'Portal',
      apis: 'API catalogue',
      servers: 'MCP servers',
      tools: 'MCP tools',
      applications: 'My applications',
      subscriptions: 'My subscriptions',
      usage: 'My usage',
      console: 'Console',
      more: 'More',
      entities: 'Software catalog',
      explorer: 'API explorer',
      notifications: 'Notifications',
      unread: 'Notifications ({{n}})',
      search: 'Search',
      settings: 'Settings',
      signOut: 'Sign out',
    },
    page: {
      apis: 'API explorer',
      catalog: 'Software catalog',
      graph: 'Catalog graph',
      general: 'General',
      notifications: 'Notifications',
      search: 'Search',
      settings: 'Settings',
    },
    signIn: {
      title: 'Sign in',
      intro:
        'Publish APIs, find the ones you need, and call them with a key of your own.',
      how: 'You continue on the sign-in page of your organisation and come back here. With the demo, use one of the accounts that were printed when the platform started.',
      button: 'Continue to sign-in',
      failed: 'Signing in did not work',
      failedHint:
        'Try again. If it happens again, tell whoever runs the platform what is written here.',
      language: 'Language',
    },
    notFound: {
      title: 'Nothing here',
      what: 'This address leads nowhere',
      hint: 'It may have been mistyped, or what it led to is gone.',
      home: 'Go to the home page',
    },
    home: {
      title: 'Home',
      welcome: 'Welcome, {{name}}',
      welcomePlain: 'Welcome',
      consume: 'Use an API',
      search: 'Find an API',
      searchHint: 'Customers, invoices, weather…',
      searchButton: 'Search',
      browse: 'Browse all APIs',
      tools: 'Give tools to your AI client',
      toolsHint:
        'Operations of APIs, ready for Claude, VS Code, Cursor and other clients of the Model Context Protocol.',
      findServer: 'Find an MCP server',
      browseTools: 'Browse all tools',
      subscriptions: 'Your subscriptions',
      noSubscriptions: 'You have no subscription yet.',
      noSubscriptionsHint:
        'Find an API, choose a plan, and your key is ready in a minute.',
      allSubscriptions: 'All my subscriptions',
      provide: 'Publish an API',
      provideHint:
        'Start from an OpenAPI document. It is checked while you type, kept in Git, and deployed to dev when you publish it.',
      create: 'Publish an API for {{tenant}}',
      approvals: 'Waiting for your decision',
      noApprovals: 'Nothing is waiting for you.',
      approvalsOne: '1 request for {{tenant}}',
      approvalsMany: '{{n}} requests for {{tenant}}',
      deployments: 'Latest deployments',
      noDeployments: 'Nothing has been deployed yet.',
      platform: 'The platform',
      platformHint:
        'You administer the platform: every organisation is open to you.',
      openTenant: 'Open the console of {{tenant}}',
    },
  },
});
