/**
 * The features of Backstage itself, and what we add to their pages. These entry
 * points are still called alpha; this is the one file that imports them.
 */
import apiDocsPlugin from '@backstage/plugin-api-docs/alpha';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import catalogGraphPlugin from '@backstage/plugin-catalog-graph/alpha';
import notificationsPlugin from '@backstage/plugin-notifications/alpha';
import orgPlugin from '@backstage/plugin-org/alpha';
import searchPlugin from '@backstage/plugin-search/alpha';
import signalsPlugin from '@backstage/plugin-signals/alpha';
import userSettingsPlugin from '@backstage/plugin-user-settings/alpha';
import portalCatalogModule from '@stoa/plugin-portal/alpha';

export const backstageFeatures = [
  apiDocsPlugin,
  catalogPlugin,
  catalogGraphPlugin,
  notificationsPlugin,
  orgPlugin,
  searchPlugin,
  signalsPlugin,
  userSettingsPlugin,
  portalCatalogModule,
];
