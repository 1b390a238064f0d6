import { createTranslationMessages } from '@backstage/frontend-plugin-api';
import { shellTranslationRef } from './ref';

export default createTranslationMessages({
  ref: shellTranslationRef,
  messages: {
    'notFound.title': 'Rien ici',
    'notFound.what': 'Cette adresse ne mène nulle part',
    'notFound.hint':
      'Elle contient peut-être une faute de frappe, ou ce qu’elle désignait n’existe plus.',
    'notFound.home': 'Aller à l’accueil',
    'nav.home': 'Accueil',
    'nav.portal': 'Portail',
    'nav.apis': 'Catalogue d’API',
    'nav.applications': 'Mes applications',
    'nav.subscriptions': 'Mes abonnements',
    'nav.usage': 'Ma consommation',
    'nav.console': 'Console',
    'nav.more': 'Plus',
    'nav.entities': 'Catalogue logiciel',
    'nav.explorer': 'Explorateur d’API',
    'nav.notifications': 'Notifications',
    'nav.unread': 'Notifications ({{n}})',
    'nav.search': 'Recherche',
    'nav.settings': 'Réglages',
    'nav.signOut': 'Se déconnecter',
    'signIn.title': 'Connexion',
    'signIn.intro':
      'Publiez des API, trouvez celles dont vous avez besoin et appelez-les avec votre propre clé.',
    'signIn.how':
      'Vous passez par la page de connexion de votre organisation, puis vous revenez ici. Avec la démonstration, prenez l’un des comptes affichés au démarrage de la plateforme.',
    'signIn.button': 'Se connecter',
    'signIn.failed': 'La connexion n’a pas abouti',
    'signIn.failedHint':
      'Réessayez. Si cela se reproduit, transmettez ce message à la personne qui exploite la plateforme.',
    'signIn.language': 'Langue',
    'home.title': 'Accueil',
    'home.welcome': 'Bienvenue, {{name}}',
    'home.welcomePlain': 'Bienvenue',
    'home.consume': 'Utiliser une API',
    'home.search': 'Trouver une API',
    'home.searchHint': 'Clients, factures, météo…',
    'home.searchButton': 'Rechercher',
    'home.browse': 'Parcourir toutes les API',
    'home.subscriptions': 'Vos abonnements',
    'home.noSubscriptions': 'Vous n’avez pas encore d’abonnement.',
    'home.noSubscriptionsHint':
      'Trouvez une API, choisissez une formule : votre clé est prête en une minute.',
    'home.allSubscriptions': 'Tous mes abonnements',
    'home.provide': 'Publier une API',
    'home.provideHint':
      'Partez d’un document OpenAPI. Il est vérifié pendant la saisie, conservé dans Git et déployé en dev dès la publication.',
    'home.create': 'Publier une API pour {{tenant}}',
    'home.approvals': 'En attente de votre décision',
    'home.noApprovals': 'Rien ne vous attend.',
    'home.approvalsOne': '1 demande pour {{tenant}}',
    'home.approvalsMany': '{{n}} demandes pour {{tenant}}',
    'home.deployments': 'Derniers déploiements',
    'home.noDeployments': 'Rien n’a encore été déployé.',
    'home.platform': 'La plateforme',
    'home.platformHint':
      'Vous administrez la plateforme : toutes les organisations vous sont ouvertes.',
    'home.openTenant': 'Ouvrir la console de {{tenant}}',
  },
});
