import { createTranslationMessages } from '@backstage/frontend-plugin-api';
import { orgTranslationRef } from '@backstage/plugin-org';

export default createTranslationMessages({
  ref: orgTranslationRef,
  full: false,
  messages: {
    'groupProfileCard.groupNotFound': 'Groupe introuvable',
    'groupProfileCard.editIconButtonTitle': 'Modifier les métadonnées',
    'groupProfileCard.refreshIconButtonTitle': 'Actualiser l’entité',
    'groupProfileCard.refreshIconButtonAriaLabel': 'Actualiser',
    'groupProfileCard.listItemTitle.email': 'Courriel',
    'groupProfileCard.listItemTitle.entityRef': 'Référence',
    'groupProfileCard.listItemTitle.parentGroup': 'Groupe parent',
    'groupProfileCard.listItemTitle.childGroups': 'Sous-groupes',
    'membersListCard.title': 'Membres de {{groupName}}',
    'membersListCard.cardLabel': 'Page de {{memberName}}',
    'membersListCard.noMembersDescription': 'Ce groupe n’a pas de membre.',
    'membersListCard.noSearchResult':
      'Aucun membre ne correspond à « {{searchTerm}} ».',
    'membersListCard.aggregateMembersToggle.label':
      'Y compris les sous-groupes',
    'ownershipCard.title': 'Possède',
    'ownershipCard.aggregateRelationsToggle.label': 'Y compris indirectement',
    'userProfileCard.editIconButtonTitle': 'Modifier les métadonnées',
    'userProfileCard.listItemTitle.email': 'Courriel',
    'userProfileCard.listItemTitle.memberOf': 'Membre de',
    'userProfileCard.userNotFound': 'Personne introuvable',
    'userProfileCard.moreGroupButtonTitle': '… et {{number}} autres',
    'userProfileCard.allGroupDialog.title': 'Groupes de {{name}} :',
    'userProfileCard.allGroupDialog.closeButtonTitle': 'Fermer',
  },
});
