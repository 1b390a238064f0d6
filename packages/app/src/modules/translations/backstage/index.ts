import { coreComponentsTranslationRef } from '@backstage/core-components';
import {
  createTranslationMessages,
  createTranslationResource,
} from '@backstage/frontend-plugin-api';
import { apiDocsTranslationRef } from '@backstage/plugin-api-docs';
import { TranslationBlueprint } from '@backstage/plugin-app-react';
import { catalogTranslationRef } from '@backstage/plugin-catalog';
import { catalogGraphTranslationRef } from '@backstage/plugin-catalog-graph';
import { catalogReactTranslationRef } from '@backstage/plugin-catalog-react';
import { notificationsTranslationRef } from '@backstage/plugin-notifications';
import { orgTranslationRef } from '@backstage/plugin-org';
import { searchTranslationRef } from '@backstage/plugin-search';
import { searchReactTranslationRef } from '@backstage/plugin-search-react';
import { userSettingsTranslationRef } from '@backstage/plugin-user-settings';

/** Backstage's own pages in French; a sentence that is missing here stays English. */
const french = [
  createTranslationResource({
    ref: apiDocsTranslationRef,
    translations: { fr: () => import('./apiDocs.fr') },
  }),
  createTranslationResource({
    ref: catalogTranslationRef,
    translations: { fr: () => import('./catalog.fr') },
  }),
  createTranslationResource({
    ref: catalogGraphTranslationRef,
    translations: { fr: () => import('./catalogGraph.fr') },
  }),
  createTranslationResource({
    ref: catalogReactTranslationRef,
    translations: { fr: () => import('./catalogReact.fr') },
  }),
  createTranslationResource({
    ref: coreComponentsTranslationRef,
    translations: { fr: () => import('./coreComponents.fr') },
  }),
  createTranslationResource({
    ref: notificationsTranslationRef,
    translations: { fr: () => import('./notifications.fr') },
  }),
  createTranslationResource({
    ref: orgTranslationRef,
    translations: { fr: () => import('./org.fr') },
  }),
  createTranslationResource({
    ref: searchTranslationRef,
    translations: { fr: () => import('./search.fr') },
  }),
  createTranslationResource({
    ref: searchReactTranslationRef,
    translations: { fr: () => import('./searchReact.fr') },
  }),
  createTranslationResource({
    ref: userSettingsTranslationRef,
    translations: { fr: () => import('./userSettings.fr') },
  }),
];

/** English words of the shell that would name the framework or make a joke. */
const english = [
  createTranslationMessages({
    ref: userSettingsTranslationRef,
    full: false,
    messages: {
      'identityCard.title': 'Identity',
      'identityCard.noIdentityTitle': 'No identity',
      'identityCard.userEntity': 'Person',
      'identityCard.ownershipEntities': 'Acting for',
    },
  }),
  createTranslationMessages({
    ref: coreComponentsTranslationRef,
    full: false,
    messages: { 'errorPage.title': 'There is no such page' },
  }),
];

export const backstageTranslations = [
  ...french.map(resource =>
    TranslationBlueprint.make({
      name: `${resource.id}-french`,
      params: { resource },
    }),
  ),
  ...english.map(resource =>
    TranslationBlueprint.make({
      name: `${resource.id}-english`,
      params: { resource },
    }),
  ),
];
