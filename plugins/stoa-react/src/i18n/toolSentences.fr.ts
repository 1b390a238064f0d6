import type { TOOL_SENTENCES } from '../words/toolSentences';

/** The sentences of `words/toolSentences.ts` in French. */
export const TOOL_SENTENCES_FR: {
  [K in keyof typeof TOOL_SENTENCES as `said.${K}`]: string;
} = {
  'said.no_toolset': 'Ce jeu d’outils n’existe pas.',
  'said.no_tool': 'Cet outil n’existe pas.',
  'said.no_snapshot': 'Ce relevé d’erreur n’existe pas.',
  'said.toolset_exists': 'L’organisation a déjà un jeu d’outils « {{id}} ».',
  'said.toolset_in_use':
    'Ce jeu d’outils a des abonnements. Révoquez-les d’abord.',
  'said.toolset_too_large':
    'Ce jeu d’outils est trop grand pour être enregistré. Choisissez moins d’opérations, ou raccourcissez les descriptions.',
  'said.quota_toolsets':
    'L’organisation peut avoir {{max}} jeux d’outils. Supprimez-en d’abord un.',
  'said.subscribed_tools':
    'Vous êtes déjà abonné à ce serveur, ou l’avez déjà demandé.',
  'said.calls_a_day': 'La formule permet {{n}} appels par jour.',
  'said.calls_a_month': 'La formule permet {{n}} appels par mois.',
  'said.backend_left_alone':
    'Le service de cette API a échoué trop souvent ; il sera de nouveau essayé dans un instant.',
  'said.calls_a_minute': '{{n}} appels par minute au plus sont permis.',
  'said.no_tool_named': 'Aucun outil ne porte ce nom.',
  'said.keys_unchecked':
    'Les clés et les abonnements ne peuvent pas être vérifiés pour le moment.',
  'said.calls_under_way': '{{n}} de vos appels sont déjà en cours.',
  'said.too_many_calls':
    'Trop d’appels sont en cours ; réessayez dans un instant.',

  'said.notice_tools_wait':
    'Un abonnement aux outils de {{server}} attend votre approbation',
  'said.notice_tools_moved':
    'Votre abonnement aux outils de {{server}} est {{status}}',
  'said.notice_tools_asked': 'Un abonné demande d’autres outils de {{server}}',
  'said.notice_call_waits':
    'Un appel de {{tool}} de {{server}} attend votre approbation',
  'said.notice_call_approved':
    'Votre appel de {{tool}} de {{server}} est approuvé',
  'said.notice_call_denied': 'Votre appel de {{tool}} de {{server}} est refusé',
  'said.notice_tools_end':
    'Votre abonnement aux outils de {{server}} se termine le {{date}}',

  'said.no_plan_of_server': 'ce serveur n’a pas cette formule',
  'said.no_tool_of_server': 'ce serveur n’a pas cet outil',
  'said.no_api_of_tenant': 'l’organisation n’a pas cette API',
  'said.no_version_of_api': 'l’API n’a pas cette version',
  'said.no_environment_of_api': 'l’API n’a pas cet environnement',
  'said.affix': 'lettres, chiffres, _ et - seulement',
  'said.not_tool_name': 'un outil ne peut pas porter ce nom',
  'said.operation_twice': 'une opération y figure deux fois',

  'said.api_gone': 'L’organisation n’a pas d’API « {{api}} ».',
  'said.version_gone': 'L’API n’a pas de version {{version}}.',
  'said.environment_gone': 'L’API n’a pas d’environnement {{environment}}.',
  'said.environments_gone': 'L’API n’a pas d’environnement.',
  'said.api_unpublished':
    'Cette API est à l’état « {{status}} » ; ses outils sont servis tant qu’elle est publiée.',
  'said.definition_too_large': 'Le document dépasse {{max}} octets.',
  'said.definition_too_slow': 'Le document est trop long à traiter.',
  'said.definition_too_heavy':
    'Le document demande trop de mémoire pour être traité.',
  'said.not_openapi':
    'Ce n’est pas un document OpenAPI d’une version prise en charge.',
  'said.no_operation': 'Le document n’a pas cette opération.',
  'said.tools_too_large':
    'Les outils tirés de ce document sont trop volumineux, pris ensemble.',
  'said.unreadable': 'Le document est illisible.',
  'said.nested': 'Trop de niveaux y sont imbriqués.',
  'said.more': 'Et {{n}} de plus.',
  'said.tool_name_taken': 'Un autre outil s’appelle déjà « {{name}} ».',
  'said.tool_name_wrong': '« {{name}} » ne peut pas être le nom d’un outil.',
  'said.operation_name_taken':
    'Une autre opération s’appelle déjà « {{wanted}} » ; celle-ci est nommée « {{name}} ».',
  'said.method': 'Un outil n’emploie pas la méthode {{method}}.',
  'said.body_types':
    'Un outil envoie du JSON, des formulaires ou du texte ; cette opération attend {{types}}.',
  'said.list_format':
    'Des valeurs ne peuvent pas être envoyées sous la forme « {{format}} ».',
  'said.arguments_too_large':
    'Le schéma de ses arguments est trop grand : plus de {{characters}} caractères, de {{alternatives}} variantes ou de 50 niveaux.',
  'said.schema_too_deep': 'Un schéma compte plus de {{n}} niveaux.',
  'said.hidden_description':
    'Des caractères invisibles ont été retirés de sa description.',
  'said.hidden_part':
    'Des caractères invisibles ont été retirés d’une description.',
  'said.hidden_schema':
    'Le schéma de ses arguments contient des caractères invisibles, dans des noms ou des valeurs.',
  'said.path_wrong': 'Ce n’est pas un chemin : {{path}}.',
  'said.path_braces': 'Une accolade du chemin n’est pas fermée.',
  'said.path_dots': 'Le chemin contient « . » ou « .. ».',
  'said.reference_loop': '« {{reference}} » renvoie à lui-même.',
  'said.reference_outside':
    '« {{reference}} » renvoie hors du document ; rien n’y est lu.',
  'said.reference_nowhere': '« {{reference}} » ne renvoie à rien.',
  'said.parameter': 'Le paramètre obligatoire « {{name}} » {{why}}.',
  'said.parameter_credential':
    'est un secret d’accès, que l’appelant d’un outil ne donne pas',
  'said.parameter_header':
    'est un en-tête que l’appelant d’un outil ne peut pas choisir',
  'said.parameter_style': 'ne peut pas être envoyé de la façon décrite',
  'said.regex': 'Le motif {{pattern}} est laissé de côté : {{why}}.',
  'said.regex_long': 'il est trop long',
  'said.regex_wrong':
    'ce n’est pas une expression régulière au sens de JSON Schema',
  'said.regex_slow':
    'un texte ne peut pas y être comparé en temps linéaire (RE2)',
  'said.no_approval': 'Cet accord n’existe pas.',
  'said.approval_moved':
    'L’accord est {{status}} ; « {{move}} » n’y change plus rien.',
  'said.approvals_waiting':
    '{{n}} appels attendent un accord. Attendez d’abord les réponses.',
  'said.own_call':
    'Nul n’approuve son propre appel d’un outil qui peut détruire. Demandez à un autre administrateur.',
  'said.no_change': 'Cette modification n’existe pas.',
  'said.change_moved':
    'La modification est {{status}} ; « {{move}} » n’y change plus rien.',
  'said.mcp_server_exists':
    'L’organisation a déjà un serveur MCP « {{slug}} ».',
  'said.quota_mcp_servers':
    'L’organisation peut avoir {{max}} serveurs MCP enregistrés. Supprimez-en d’abord un.',
  'said.auth_header_missing': 'est nécessaire pour une clé d’API',
  'said.auth_header_taken': 'ne doit pas être un en-tête du protocole',
  'said.auth_header_useless': 'ne vaut que pour une clé d’API',
  'said.auth_secret_useless': 'ne doit pas être donné sans usage',
  'said.auth_secret_missing':
    'doit être donné : il n’est pas repris pour un autre type ou un autre hôte',
  'said.auth_secret_pair': 'doit être utilisateur:mot de passe',
  'said.mcp_servers_busy':
    'Trop de serveurs MCP sont interrogés en ce moment. Réessayez dans un instant.',
};
