import type { TENANT_SENTENCES } from '../words/tenantSentences';

/** The sentences of `words/tenantSentences.ts` in French. */
export const TENANT_SENTENCES_FR: {
  readonly [K in keyof typeof TENANT_SENTENCES as `said.${K}`]: string;
} = {
  'said.tenant_closed':
    'La clé concerne une organisation dont l’état est {{status}}.',
  'said.tenant_archived': 'L’organisation a été archivée.',
  'said.tenant_reserved': 'est réservé ; choisissez-en un autre',
  'said.tenant_deployed':
    'Des API de l’organisation sont déployées. Retirez-les d’abord, ou forcez l’archivage.',
  'said.tenant_illegal':
    'L’état de l’organisation est {{status}} ; « {{move}} » n’est pas possible.',
  'said.tenant_exists':
    'Il y a, ou il y a eu, une organisation « {{id}} ». Choisissez un autre identifiant.',
  'said.quota_applications':
    'L’organisation accepte {{max}} applications, et les a. Ses administrateurs peuvent en demander plus à l’exploitant de la plateforme.',
  'said.tenant_environment_used':
    'Des API de l’organisation sont déployées dans {{environment}}. Retirez-les avant d’enlever cet environnement.',
  'said.provisioning_illegal':
    'La mise en place de l’organisation est {{status}} ; seule une mise en place qui a échoué se reprend.',
  'said.no_person': 'Cette personne n’existe pas.',
  'said.no_member': 'Cette personne n’est pas membre.',
  'said.last_admin':
    'Personne d’autre n’administre l’organisation. Nommez d’abord quelqu’un d’autre.',
  'said.subject_or_email': 'doit être donné, ou email, mais pas les deux',
  'said.identity_unmanaged':
    'Aucun fournisseur d’identité qui accepte des changements n’est configuré. Changez les personnes et les programmes là-bas.',
  'said.step_failed':
    'L’étape a échoué ; le journal de la plateforme dit pourquoi.',
  'said.step_late': 'L’étape a duré plus de {{n}} secondes.',
  'said.step_git_missing': '{{path}} n’est pas dans Git.',
  'said.step_git': '{{path}} est dans Git',
  'said.step_identity':
    'Le fournisseur d’identité connaît les rôles de {{tenant}}',
  'said.step_plans': 'Les offres free, basic et pro sont là',
  'said.no_service_account': 'Ce compte de service n’existe pas.',
  'said.service_account_deleted': 'Le compte de service a été supprimé.',
  'said.service_account_raced':
    'Son secret a été remplacé, ou il a été supprimé, au même moment. Regardez à nouveau.',
  'said.quota_service_accounts':
    'L’organisation peut avoir {{max}} comptes de service. Supprimez-en d’abord un.',
  'said.scopes_not_yours':
    'doit être parmi les vôtres ; il vous manque {{scopes}}',
  'said.application_profile':
    'Le profil d’une application ne change pas. Créez-en une autre.',
  'said.application_no_client':
    'L’application n’a pas de client : elle appelle avec les clés de ses abonnements. Renouvelez celles-ci.',
  'said.application_raced':
    'Ses secrets ont été remplacés, ou elle a été supprimée, au même moment. Regardez à nouveau.',
  'said.redirect_uris_profile': 'ne valent que pour le profil oauth2',
  'said.redirect_uris_unsafe':
    'doivent être en https, ou en http vers la machine locale, sans utilisateur ni fragment',
  'said.erase_oneself':
    'Nul ne s’efface soi-même. Demandez à un autre administrateur de la plateforme.',
  'said.erased': 'Vous avez été effacé.',
  'said.owner_erased': 'Son propriétaire a été effacé.',
};
