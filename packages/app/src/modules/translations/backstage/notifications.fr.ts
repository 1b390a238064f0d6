import { createTranslationMessages } from '@backstage/frontend-plugin-api';
import { notificationsTranslationRef } from '@backstage/plugin-notifications';

export default createTranslationMessages({
  ref: notificationsTranslationRef,
  full: false,
  messages: {
    'table.errors.markAllReadFailed':
      'Les notifications n’ont pas pu être marquées comme lues',
    'table.pagination.labelDisplayedRows': '{from}-{to} sur {count}',
    'table.pagination.firstTooltip': 'Première page',
    'table.pagination.labelRowsSelect': 'lignes',
    'table.pagination.lastTooltip': 'Dernière page',
    'table.pagination.nextTooltip': 'Page suivante',
    'table.pagination.previousTooltip': 'Page précédente',
    'table.emptyMessage': 'Rien à afficher',
    'table.bulkActions.markAllRead': 'Tout marquer comme lu',
    'table.bulkActions.markSelectedAsRead': 'Marquer la sélection comme lue',
    'table.bulkActions.returnSelectedAmongUnread':
      'Remettre la sélection parmi les non lues',
    'table.bulkActions.saveSelectedForLater':
      'Garder la sélection pour plus tard',
    'table.bulkActions.undoSaveForSelected':
      'Ne plus garder la sélection pour plus tard',
    'table.confirmDialog.cancel': 'Annuler',
    'table.confirmDialog.title': 'Confirmer ?',
    'table.confirmDialog.markAllReadDescription':
      'Toutes les notifications seront marquées comme lues.',
    'table.confirmDialog.markAllReadConfirmation': 'Tout marquer',
    'filters.view.all': 'Toutes',
    'filters.view.label': 'Afficher',
    'filters.view.read': 'Notifications lues',
    'filters.view.saved': 'Gardées',
    'filters.view.unread': 'Notifications non lues',
    'filters.title': 'Filtres',
    'filters.severity.normal': 'Normale',
    'filters.severity.high': 'Élevée',
    'filters.severity.low': 'Faible',
    'filters.severity.label': 'Importance minimale',
    'filters.severity.critical': 'Critique',
    'filters.topic.label': 'Sujet',
    'filters.topic.anyTopic': 'Tous les sujets',
    'filters.createdAfter.label': 'Envoyées',
    'filters.createdAfter.placeholder': 'Notifications depuis',
    'filters.createdAfter.last24h': 'Dernières 24 heures',
    'filters.createdAfter.lastWeek': 'Semaine écoulée',
    'filters.createdAfter.anyTime': 'Sans limite',
    'filters.sortBy.origin': 'Origine',
    'filters.sortBy.label': 'Trier par',
    'filters.sortBy.placeholder': 'Critère de tri',
    'filters.sortBy.newest': 'Les plus récentes d’abord',
    'filters.sortBy.oldest': 'Les plus anciennes d’abord',
    'filters.sortBy.topic': 'Sujet',
    'settings.table.origin': 'Origine',
    'settings.table.topic': 'Sujet',
    'settings.title': 'Réglages des notifications',
    'settings.errorTitle': 'Les réglages n’ont pas pu être chargés',
    'settings.noSettingsAvailable':
      'Aucun réglage de notification pour le moment',
    'sidebar.errors.markAsReadFailed':
      'La notification n’a pas pu être marquée comme lue',
    'sidebar.errors.fetchNotificationFailed':
      'La notification n’a pas pu être lue',
    'sidebar.title': 'Notifications',
    'notificationsPage.title': 'Notifications',
    'notificationsPage.tableTitle.all_one': 'Notifications ({{count}})',
    'notificationsPage.tableTitle.all_other': 'Notifications ({{count}})',
    'notificationsPage.tableTitle.saved_one': 'Notification gardée ({{count}})',
    'notificationsPage.tableTitle.saved_other':
      'Notifications gardées ({{count}})',
    'notificationsPage.tableTitle.unread_one':
      'Notification non lue ({{count}})',
    'notificationsPage.tableTitle.unread_other':
      'Notifications non lues ({{count}})',
    'notificationsPage.tableTitle.read_one': 'Notification lue ({{count}})',
    'notificationsPage.tableTitle.read_other': 'Notifications lues ({{count}})',
  },
});
