import { createTranslationMessages } from '@backstage/frontend-plugin-api';
import { userSettingsTranslationRef } from '@backstage/plugin-user-settings';

export default createTranslationMessages({
  ref: userSettingsTranslationRef,
  full: false,
  messages: {
    'featureFlags.title': 'Fonctions expérimentales',
    'featureFlags.description':
      'Rechargez la page après avoir changé une fonction expérimentale',
    'featureFlags.filterTitle': 'Filtrer',
    'featureFlags.clearFilter': 'Effacer le filtre',
    'featureFlags.emptyFlags.title': 'Aucune fonction expérimentale',
    'featureFlags.emptyFlags.description':
      'Rien n’est proposé à l’essai pour le moment.',
    'featureFlags.flagItem.title.disable': 'Désactiver',
    'featureFlags.flagItem.title.enable': 'Activer',
    'languageToggle.select': 'Choisir la langue {{language}}',
    'languageToggle.title': 'Langue',
    'languageToggle.description': 'Changer la langue',
    'themeToggle.select': 'Choisir {{theme}}',
    'themeToggle.title': 'Thème',
    'themeToggle.description': 'Changer l’apparence',
    'themeToggle.names.auto': 'Auto',
    'themeToggle.names.dark': 'Sombre',
    'themeToggle.names.light': 'Clair',
    'themeToggle.selectAuto': 'Suivre le thème du système',
    'signOutMenu.title': 'Se déconnecter',
    'signOutMenu.moreIconTitle': 'plus',
    'pinToggle.title': 'Garder la navigation ouverte',
    'pinToggle.description': 'Empêche la navigation de se replier',
    'pinToggle.ariaLabelTitle': 'Garder la navigation ouverte',
    'pinToggle.switchTitles.unpin': 'Laisser la navigation se replier',
    'pinToggle.switchTitles.pin': 'Garder la navigation ouverte',
    'identityCard.title': 'Identité',
    'identityCard.noIdentityTitle': 'Aucune identité',
    'identityCard.userEntity': 'Personne',
    'identityCard.ownershipEntities': 'Au nom de',
    'defaultProviderSettings.description':
      'Donne accès aux API et aux identités de {{provider}}',
    'emptyProviders.title': 'Aucun fournisseur d’authentification',
    'emptyProviders.description':
      'Il n’y a pas d’autre compte à relier à celui-ci.',
    'providerSettingsItem.title.signOut': 'Se déconnecter de {{title}}',
    'providerSettingsItem.title.signIn': 'Se connecter à {{title}}',
    'providerSettingsItem.buttonTitle.signOut': 'Se déconnecter',
    'providerSettingsItem.buttonTitle.signIn': 'Se connecter',
    'authProviders.title': 'Fournisseurs disponibles',
    'defaultSettingsPage.tabsTitle.featureFlags': 'Fonctions expérimentales',
    'defaultSettingsPage.tabsTitle.authProviders':
      'Fournisseurs d’authentification',
    'defaultSettingsPage.tabsTitle.general': 'Général',
    'settingsLayout.title': 'Réglages',
    sidebarTitle: 'Réglages',
    'profileCard.title': 'Profil',
    'appearanceCard.title': 'Apparence',
  },
});
