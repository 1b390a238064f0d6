import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { ANNOTATION_MCP_SERVER } from '@stoa/plugin-stoa-common';

/**
 * The portal's part of the catalog's pages, apart from the portal itself because
 * the catalog's blueprints are still called alpha and bring components with them.
 *
 * MCP servers get a tab with their tools, where other APIs have their document.
 * The catalog shows titles of tabs as they are, so this one suits every language.
 */
export default createFrontendModule({
  pluginId: 'portal',
  extensions: [
    EntityContentBlueprint.make({
      name: 'mcp',
      params: {
        path: '/mcp',
        title: 'MCP',
        group: 'documentation',
        filter: {
          kind: 'api',
          [`metadata.annotations.${ANNOTATION_MCP_SERVER}`]: { $exists: true },
        },
        loader: () =>
          import('./catalog/EntityTools').then(m => <m.EntityTools />),
      },
    }),
  ],
});
