/** The one place of this package that imports what Backstage still calls alpha. */
export { catalogEntityPermissionResourceRef } from '@backstage/plugin-catalog-node/alpha';
