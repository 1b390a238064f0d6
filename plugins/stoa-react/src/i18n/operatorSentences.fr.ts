import type { OPERATOR_SENTENCES } from '../words/operatorSentences';

/** The sentences of `words/operatorSentences.ts` in French. */
export const OPERATOR_SENTENCES_FR: {
  [K in keyof typeof OPERATOR_SENTENCES as `said.${K}`]: string;
} = {
  'said.no_alert': 'Cette alerte n’existe pas.',
  'said.no_alert_rule': 'Cette règle d’alerte n’existe pas.',
  'said.no_trace': 'Ce déroulement n’existe pas.',
  'said.quota_alert_rules':
    'L’organisation peut avoir {{max}} règles d’alerte. Supprimez-en une d’abord.',
  'said.field_twice': 'figure deux fois',
  'said.rule_left_out': 'ne se donne pas pour ce canal',
  'said.rule_given': 'est nécessaire pour ce canal',
  'said.rule_percentage': '100 au plus, car c’est un pourcentage',
  'said.rule_quota': '24h ou 30d pour un quota',
  'said.rule_window': '24h au plus pour cette mesure',

  'said.later_explain':
    'Cette version n’explique pas encore les décisions. Un refus nomme sa règle et ce qui manque.',
  'said.later_drift':
    'Cette version ne compare pas encore Git, les tables et les passerelles à la demande. Le contenu de Git est repris à chaque démarrage.',
  'said.later_gitlab':
    'Cette version ne reçoit pas encore les événements de GitLab. Son dépôt est celui qui est intégré.',
  'said.later_proxy':
    'Cette version ne gère pas encore de passerelle webMethods. Utilisez la passerelle intégrée.',
  'said.later_keys':
    'Cette version ne donne pas de listes de clés. Les passerelles demandent une clé à la fois.',
  'said.later_grants':
    'Cette version ne garde pas encore d’accords pour les services derrière les outils. Donnez à ces serveurs un secret propre.',

  'said.database_silent': 'La base de données ne répond pas.',
  'said.database_fix':
    'Démarrez la base de données, et vérifiez l’adresse et les accès que donne DATABASE_URL.',
  'said.database_small': 'SQLite n’a qu’un processus et qu’un disque.',
  'said.database_small_fix':
    'Choisissez pg, avec la connexion dans DATABASE_URL.',
  'said.git_unreadable':
    'Le dépôt Git ne peut pas être lu, ou n’a aucun commit.',
  'said.git_fix':
    'Vérifiez que stoa-gitops.git dans le dossier de données (stoa.dataDir) est lisible et a cette branche.',
  'said.events_stuck':
    'Des événements ne sont pas transmis, ou ont été abandonnés.',
  'said.events_broker_fix':
    'Vérifiez que les brokers sont joignables, puis consultez last_error dans la table outbox.',
  'said.events_fix':
    'Consultez last_error dans la table outbox : un consommateur échoue.',
  'said.policy_wrong': 'La politique ne décide pas comme elle devrait.',
  'said.policy_fix':
    'Indiquez le dossier de la politique compilée, ou recompilez-la avec « yarn policies:build ».',
  'said.issuer_silent': 'Un fournisseur d’identité ne répond pas.',
  'said.issuer_fix':
    'Vérifiez l’adresse de chaque émetteur : son /.well-known/openid-configuration doit être joignable d’ici.',
  'said.issuer_none':
    'Personne ne peut se connecter : aucun émetteur n’est configuré.',
  'said.issuer_none_fix':
    'Indiquez votre fournisseur d’identité, avec son adresse et ses audiences.',
  'said.secrets_unreadable': 'Les secrets ne peuvent pas être lus.',
  'said.secrets_fix':
    'Vérifiez que le coffre est joignable et que sa clé ou son jeton est celui de son installation.',
  'said.secrets_beside': 'La clé des secrets se trouve à côté d’eux.',
  'said.secrets_beside_fix':
    'Donnez une clé de 64 chiffres hexadécimaux venue d’ailleurs, ou utilisez un autre coffre.',
  'said.mail_refused': 'Le serveur de courrier ne prend pas nos messages.',
  'said.mail_fix':
    'Vérifiez l’hôte, le port, secure, l’utilisateur et le mot de passe.',
  'said.mail_none': 'Les personnes ne sont prévenues que dans l’interface web.',
  'said.mail_none_fix':
    'Indiquez l’hôte et le port de votre serveur de courrier, et stoa.notifications.email.from, pour envoyer aussi des courriels.',
  'said.slack_refused': 'Slack est injoignable.',
  'said.slack_fix':
    'Vérifiez l’adresse de chaque webhook entrant ; une adresse interne demande une autorisation sous stoa.network.',
  'said.gateway_none': 'Aucune passerelle ne suit ce qui est publié.',
  'said.gateway_fix':
    'Démarrez une passerelle ; celle d’un autre processus a besoin de cette adresse et de ses accès.',
};
