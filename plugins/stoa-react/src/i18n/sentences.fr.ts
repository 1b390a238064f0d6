import type { SENTENCES, VALIDATOR_SENTENCES } from '../words/sentences';

/** The sentences of `words/sentences.ts` in French. */
export const SENTENCES_FR: {
  [K in
    | keyof typeof SENTENCES
    | keyof typeof VALIDATOR_SENTENCES as `said.${K}`]: string;
} = {
  'said.no_api': 'Cette API n’existe pas.',
  'said.no_application': 'Cette application n’existe pas.',
  'said.no_api_or_application': 'Cette API ou cette application n’existe pas.',
  'said.no_mcp_server': 'Ce serveur MCP n’existe pas.',
  'said.no_subscription': 'Cet abonnement n’existe pas.',
  'said.no_deployment': 'Ce déploiement n’existe pas.',
  'said.no_version': 'Cette version n’existe pas.',
  'said.no_tenant': 'Cette organisation n’existe pas.',
  'said.no_webhook': 'Ce webhook n’existe pas.',
  'said.no_delivery': 'Cet envoi n’existe pas.',
  'said.quota_webhooks':
    'L’organisation peut avoir {{max}} webhooks. Supprimez-en d’abord un.',
  'said.delivery_moved':
    'L’envoi est à l’état « {{status}} » ; seul un envoi abandonné peut être renvoyé.',
  'said.secret_unreadable':
    'Un secret ne peut pas être lu : la clé qui l’a scellé est absente.',
  'said.secret_of_operator':
    'Seul l’exploitant peut fixer le secret « {{name}} » : {{place}}.',
  'said.vault_silent': 'Vault ne peut pas être joint.',
  'said.vault_refuses': 'Vault refuse le jeton de cette installation.',
  'said.api_exists': 'L’organisation a déjà une API « {{api}} ».',
  'said.api_illegal':
    'L’état de cette API est « {{status}} » ; « {{move}} » n’est pas possible.',
  'said.api_retired': 'L’API a été retirée du service.',
  'said.api_deleted': 'L’API a été supprimée.',
  'said.api_busy':
    'Un déploiement de l’API est en cours, ou autre chose a commencé entre-temps. Réessayez dans un instant.',
  'said.api_undeployable':
    'Cette API est retirée du service ; on ne peut plus rien en déployer.',
  'said.api_not_published':
    'Cette API est à l’état « {{status}} » ; on ne peut s’abonner qu’à une API publiée.',
  'said.api_in_use':
    'Cette API a des abonnements, des déploiements ou des jeux d’outils. Révoquez, retirez et supprimez-les d’abord.',
  'said.git_busy': 'Le dépôt Git est occupé ; réessayez.',
  'said.git_silent': 'Le dépôt Git ne répond pas.',
  'said.definitions_unchecked':
    'Les documents ne peuvent pas être vérifiés pour le moment ; réessayez.',
  'said.identity_silent':
    'Le fournisseur d’identité ne répond pas : votre session ne peut pas être vérifiée. Réessayez.',
  'said.session_unchecked':
    'Votre session ne peut pas être vérifiée pour le moment. Réessayez.',
  'said.version_frozen':
    'La version {{version}} a été déployée au-delà de dev : elle ne peut plus changer. Donnez une nouvelle version au nouveau document.',
  'said.quota_apis':
    'L’organisation peut avoir {{max}} API. Supprimez-en une, ou demandez à l’exploitant de la plateforme d’en autoriser davantage.',
  'said.tenant_unchangeable':
    'L’organisation est à l’état « {{status}} » : rien ne peut y être modifié.',
  'said.tenant_undeployable':
    'L’organisation est à l’état « {{status}} » : rien ne peut y être déployé.',
  'said.place_first':
    'Déployez d’abord la version {{version}} en {{environment}}.',
  'said.requests_waiting':
    'Vous avez {{n}} demandes en attente. Attendez les décisions, ou annulez-en.',
  'said.applications_full':
    'Vous avez {{n}} applications. Supprimez celles qui ne vous servent plus.',
  'said.application_in_use':
    'L’application a des abonnements, dont l’historique est conservé. Résiliez-les ; l’application peut rester.',
  'said.mcp_server_off':
    'Le serveur MCP est hors service ; on ne peut pas s’y abonner.',
  'said.subscribed':
    'L’application est déjà abonnée à cette API, ou l’a déjà demandé.',
  'said.subscription_moved':
    'L’abonnement est à l’état « {{status}} » : cette opération n’est plus possible.',
  'said.too_often': 'Réessayez dans {{seconds}} s.',
  'said.sent_twice':
    'Cette demande est déjà en cours de traitement. Réessayez dans un instant.',
  'said.body_too_large':
    'Le contenu dépasse ce que cette opération peut recevoir.',
  'said.file_too_large': 'Le fichier dépasse {{max}} octets.',
  'said.backend_late': 'Le service n’a pas répondu à temps.',
  'said.backend_unreachable': 'Le service ne peut pas être joint : {{why}}.',
  'said.refused_url':
    'son adresse doit commencer par http ou https et ne contenir aucun identifiant',
  'said.refused_address':
    'la plateforme n’a pas le droit d’appeler son adresse',
  'said.no_name': 'son nom n’a pas été trouvé',
  'said.no_connection': 'la connexion n’a pas pu être établie',
  'said.no_tls': 'aucune connexion TLS de confiance n’a pu être établie',
  'said.no_answer': 'il n’a pas répondu à temps',

  'said.read_from_git': '{{bytes}} octets au commit {{commit}}',
  'said.not_in_git': '{{path}} n’est pas dans le commit {{commit}}',
  'said.operations': 'OpenAPI {{version}}, opérations : {{n}}',
  'said.not_converted':
    'Inutile : la passerelle « {{gateway}} » prend le document tel quel',
  'said.backend_allowed': 'Le service {{host}} peut être appelé',
  'said.key_and_limit':
    'Clé d’API, et limite de la formule de chaque abonnement',
  'said.reachable': 'Joignable à l’adresse {{path}}',
  'said.version_active': 'La version {{version}} est active en {{environment}}',
  'said.overtaken': 'Un autre déploiement a pris sa place entre-temps',

  'said.notice_waits': 'Un abonnement à {{api}} attend votre approbation',
  'said.notice_moved': 'Votre abonnement à {{api}} est {{status}}',
  'said.notice_ends': 'Votre abonnement à {{api}} se termine le {{date}}',
  'said.notice_deployment_waits':
    'La version {{version}} de {{api}} attend votre approbation pour {{environment}}',
  'said.notice_deployed':
    'La version {{version}} de {{api}} tourne en {{environment}}',
  'said.notice_not_deployed':
    'La version {{version}} de {{api}} n’a pas pu être déployée en {{environment}}',
  'said.notice_alert_raised': 'L’alerte « {{name}} » est levée',
  'said.notice_alert_over': 'L’alerte « {{name}} » est terminée',
  'said.notice_sunset':
    '{{api}}, à laquelle vous êtes abonné, sera arrêtée le {{date}}',
  'said.notice_deprecated':
    '{{api}}, à laquelle vous êtes abonné, est dépréciée',

  'said.own_deployment':
    'Personne n’approuve sa propre demande. Adressez-vous à une deuxième personne.',
  'said.deployment_moved':
    'Le déploiement est {{status}} ; « {{move}} » n’y change rien.',
  'said.nothing_after': 'L’API n’a pas d’environnement après {{environment}}.',
  'said.not_what_runs': 'Ce déploiement n’est plus celui qui tourne là.',
  'said.nothing_before':
    'Il n’y a pas de déploiement antérieur auquel revenir.',
  'said.rolling_back': 'Il est déjà en cours d’annulation.',
  'said.runs_itself': 'La plateforme exécute elle-même ce déploiement.',

  'said.no_plan': 'Cette formule n’existe pas.',
  'said.plan_exists': 'L’organisation a déjà une formule « {{id}} ».',
  'said.plan_used':
    'La formule est utilisée ({{users}}). Retirez-la d’abord de là.',
  'said.plan_only':
    'C’est la seule formule de l’API, qui sans formule serait proposée avec toutes. Attribuez-en d’abord une autre.',
  'said.quota_plans':
    'L’organisation peut avoir {{max}} formules. Supprimez-en une d’abord.',

  'said.no_end': 'L’abonnement n’a pas de fin.',
  'said.extended_enough':
    'Un abonnement peut être prolongé {{times}} fois, de {{days}} jours en tout. Demandez-en un nouveau.',
  'said.rotation_in_grace':
    'La clé précédente fonctionne encore. Remplacez de nouveau la clé quand elle aura pris fin.',
  'said.subscription_changed': 'L’abonnement a changé entre-temps. Relisez-le.',
  'said.key_replaced':
    'Cette clé a été remplacée. Utilisez la nouvelle avant la fin de celle-ci.',
  'said.in_the_future': 'doit être dans le futur',
  'said.needed_to': 'est nécessaire pour cette décision ({{decision}})',

  'said.required': 'cette valeur est obligatoire',
  'said.unknown': 'ce champ n’est pas connu ici',
  'said.one_of': 'choisissez parmi {{values}}',
  'said.may_be': 'choisissez parmi {{values}}',
  'said.body_required': 'la demande ne contient rien',
  'said.no_nul': 'le caractère NUL n’est pas admis',
  'said.window': 'doit précéder la fin, de {{days}} jours au plus',
  'said.not_valid': 'cette valeur ne convient pas',
  'said.too_many_values': 'plus de {{n}} valeurs',
  'said.no_such_plan': 'cette API n’a pas cette formule',
  'said.no_backend':
    'l’API n’a pas de service pour {{environment}} ; ajoutez-le à ses environnements',
  'said.environment_twice': 'un environnement y figure deux fois',
  'said.backend_url':
    'une adresse http ou https, sans identifiant, paramètre ni ancre',
  'said.no_event': 'n’est pas un événement de la plateforme',
  'said.webhook_url':
    'doit être une adresse http(s) sans utilisateur ni fragment',
  'said.internal_address': 'ne doit pas mener à une adresse interne',
  'said.slug': 'minuscules, chiffres et traits d’union simples',
  'said.display_name': 'de 1 à 100 caractères visibles',
  'said.not_semver': 'trois nombres séparés par des points, par exemple 1.2.0',
  'said.not_api_id': 'ce n’est pas un identifiant d’API',

  'said.too_short': 'au moins {{n}} caractères',
  'said.too_long': '{{n}} caractères au plus',
  'said.short_list': 'au moins {{n}} éléments',
  'said.long_list': '{{n}} éléments au plus',
  'said.pattern': 'cette valeur n’a pas la forme attendue ({{pattern}})',
  'said.format': 'cette valeur n’a pas la forme attendue ({{format}})',
  'said.at_least': '{{n}} au moins',
  'said.at_most': '{{n}} au plus',
  'said.of_type': 'cette valeur n’a pas la forme attendue ({{type}})',
};
