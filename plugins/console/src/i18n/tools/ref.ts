import { createTranslationRef } from '@backstage/frontend-plugin-api';

/**
 * Words of the pages about tools. They load with those pages: nothing of them
 * is in the first load.
 */
export const consoleToolTranslationRef = createTranslationRef({
  id: 'console-tools',
  messages: {
    list: {
      title: 'AI tools',
      description:
        'Operations of your APIs as tools for AI clients, in sets. Each set is an MCP server of its own.',
      create: 'Create tools',
      search: 'Search tool sets',
      api: 'Made from',
      tools: 'Tools',
      changed: 'Changed',
      none: 'No tool set matches',
      empty: 'No tools yet',
      emptyHint:
        'Tick operations of a published API, see what a model will see, and save.',
      emptyReadOnly: 'Nobody has made tools here yet.',
    },
    state: {
      notDeployed: 'Not deployed',
      problems_one: '{{count}} point to look at',
      problems_other: '{{count}} points to look at',
    },
    notice: {
      disabled:
        'This set is out of service. Its tools can neither be seen nor called.',
      notDeployed:
        'The API is not deployed to {{environment}}, where the calls go. The tools are served once it is.',
    },
    detail: {
      tabs: 'Parts of the tool set',
      about: 'About',
      edit: 'Edit',
      inPortal: 'See it in the portal',
      address: 'Address for MCP clients',
      follows: 'follows the current version',
      operations: 'Operations',
      chosen_one: '{{count}} chosen',
      chosen_other: '{{count}} chosen',
      all: 'All, those to come included',
      noTools: 'There are no tools in this set',
      names:
        'At the address above they have these names. At /mcp, where all tools are together, each begins with {{prefix}}.',
      try: 'Try it',
    },
    pick: {
      title: 'Operations',
      label: 'Operations of the API',
      everything: 'All operations, those to come included',
      filter: 'Filter operations',
      all: 'Tick all {{n}}',
      none: 'Untick all {{n}}',
      count: '{{n}} of {{of}} ticked',
      noMatch: 'No operation matches',
      gone: 'No longer in the document: {{operations}}.',
      forget: 'Take them out',
    },
    seen: {
      title: 'What the model will see',
      asking: 'Updating…',
      empty: 'Nothing is ticked yet',
      emptyHint:
        'Tick operations: each becomes a tool, shown here as a model is told of it.',
    },
    override: {
      title: 'Words of your own',
      name: 'Another name',
      nameHint: 'In place of the made one; prefix and suffix are not added.',
      nameWrong: 'Letters, digits, _ and - only, at most 64.',
      description: 'Another description',
      descriptionHint:
        'Tell the model when to use the tool, and what to call first.',
    },
    details: {
      title: 'The details',
      descriptionHint: 'For people who look for tools in the portal.',
      environment: 'Where the calls go',
      environmentHint: 'An environment of the API.',
      notDeployed: '{{name}} (not deployed)',
      prefix: 'Prefix of the names',
      prefixHint: 'Such as crm_. Helps a model to tell tools apart.',
      suffix: 'Suffix of the names',
      suffixHint: 'Put after each name.',
      affixWrong: 'Letters, digits, _ and - only, at most 32.',
      visibility: 'Who may see the tools in the portal',
      plans: 'Plans to offer',
      plansHint: 'None ticked means all of the organisation’s.',
      enabled: 'In service: the tools can be seen and called',
    },
    edit: {
      createTitle: 'Create tools',
      title: 'Edit {{name}}',
      api: 'Which API?',
      choose: 'Choose a published API',
      noApi: 'No API is published yet',
      noApiHint: 'Tools are made from operations of a published API.',
      offer: 'Offer as tools',
      suggestedName: '{{api}} tools',
      from: 'From {{api}} {{version}}.',
      takeVersion: 'Make them from {{version}}',
      create: 'Create tools ({{n}})',
      save: 'Save {{name}}',
      commitHint:
        'This writes one commit to Git with you as its author. Gateways serve the tools within seconds.',
      noOperations: 'Tick at least one operation first.',
      fieldWrong: 'A field above is empty or not right yet.',
      created: '{{name}} has been created.',
      saved: '{{name}} has been saved.',
    },
    delete: {
      title: 'Delete {{name}}?',
      hint_one:
        'Its {{count}} tool disappears from every client at once, and its address answers no more. Usage and audit are kept.',
      hint_other:
        'Its {{count}} tools disappear from every client at once, and its address answers no more. Usage and audit are kept.',
      subscribed_one:
        '{{count}} subscription depends on it. Revoke it first; then it can be deleted.',
      subscribed_other:
        '{{count}} subscriptions depend on it. Revoke them first; then it can be deleted.',
      done: '{{name}} has been deleted.',
    },
    subscribers: {
      who: 'Subscriber',
      empty: 'Nobody uses these tools yet',
      emptyHint: 'People subscribe to them in the portal.',
    },
    move: {
      suspend: 'Suspend',
      reactivate: 'Give back',
      revoke: 'Revoke',
    },
    ask: {
      suspend: 'Suspend the access of {{who}}?',
      reactivate: 'Give {{who}} access again?',
      revoke: 'Revoke the access of {{who}}?',
    },
    askHint: {
      suspend:
        'Key and account cannot call the tools until you give access back. They are told why.',
      reactivate: 'Key and account can call the tools again, at once.',
      revoke:
        'Key and account stop working everywhere within a second. This cannot be undone: they would have to subscribe again.',
    },
    moved: {
      suspend: 'The access of {{who}} is suspended.',
      reactivate: '{{who}} has access again.',
      revoke: 'The access of {{who}} has been revoked.',
    },
    approvals: {
      whose: 'For',
      what: 'To use',
    },
    calls: {
      title: 'Calls of tools',
      description:
        'Each waits here until somebody lets it through, once, or its time is over.',
      tool: 'Tool',
      who: 'Called by',
      arguments: 'Arguments',
      until: 'Waits until',
      approved: 'The call of {{tool}} may go through.',
      denied: 'The call is refused.',
      denyTitle: 'Refuse the call of {{tool}}?',
      own: 'Your own call of a tool that may destroy: somebody else approves it.',
    },
  },
  translations: { fr: () => import('./fr') },
});
