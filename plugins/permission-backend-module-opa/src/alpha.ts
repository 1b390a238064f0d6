/** The one place of this package that imports what Backstage still calls alpha. */
export { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
