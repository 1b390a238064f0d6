import { createTranslationMessages } from '@backstage/frontend-plugin-api';
import { apiDocsTranslationRef } from '@backstage/plugin-api-docs';

export default createTranslationMessages({
  ref: apiDocsTranslationRef,
  full: false,
  messages: {
    'apiDefinitionCard.error.title': 'L’API n’a pas pu être lue',
    'apiDefinitionCard.rawButtonTitle': 'Brut',
    'apiDefinitionDialog.closeButtonTitle': 'Fermer',
    'apiDefinitionDialog.tabsAriaLabel': 'Vues de la définition',
    'apiDefinitionDialog.rawButtonTitle': 'Brut',
    'apiDefinitionDialog.toggleButtonAriaLabel': 'Afficher la définition',
    'defaultApiExplorerPage.title': 'API',
    'defaultApiExplorerPage.subtitle': 'Explorateur d’API de {{orgName}}',
    'defaultApiExplorerPage.pageTitleOverride': 'API',
    'defaultApiExplorerPage.createButtonTitle': 'Déclarer une API',
    'defaultApiExplorerPage.supportButtonTitle': 'Toutes vos API',
    'consumedApisCard.error.title': 'Les API n’ont pas pu être lues',
    'consumedApisCard.title': 'API utilisées',
    'consumedApisCard.emptyContent.title': '{{entity}} n’utilise aucune API.',
    'hasApisCard.error.title': 'Les API n’ont pas pu être lues',
    'hasApisCard.title': 'API',
    'hasApisCard.emptyContent.title': '{{entity}} ne contient aucune API.',
    'providedApisCard.error.title': 'Les API n’ont pas pu être lues',
    'providedApisCard.title': 'API fournies',
    'providedApisCard.emptyContent.title': '{{entity}} ne fournit aucune API.',
    'apiEntityColumns.typeTitle': 'Type',
    'apiEntityColumns.apiDefinitionTitle': 'Définition',
    'consumingComponentsCard.error.title':
      'Les composants n’ont pas pu être lus',
    'consumingComponentsCard.title': 'Consommateurs',
    'consumingComponentsCard.emptyContent.title':
      'Aucun composant n’utilise cette API.',
    'providingComponentsCard.error.title':
      'Les composants n’ont pas pu être lus',
    'providingComponentsCard.title': 'Fournisseurs',
    'providingComponentsCard.emptyContent.title':
      'Aucun composant ne fournit cette API.',
    apisCardHelpLinkTitle: 'Comment changer cela.',
  },
});
