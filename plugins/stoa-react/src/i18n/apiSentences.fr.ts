import type { API_SENTENCES } from '../words/apiSentences';

/** The sentences of `words/apiSentences.ts` in French. */
export const API_SENTENCES_FR: {
  [K in keyof typeof API_SENTENCES as `said.${K}`]: string;
} = {
  'said.no_policy': 'Cette politique n’existe pas.',
  'said.policy_of_platform':
    'La politique vient avec la plateforme : elle peut être remplacée, pas supprimée.',
  'said.not_a_commit': 'ce commit ne contient pas l’API',
  'said.not_a_document':
    'cette adresse répond {{status}} au lieu d’un document',
  'said.elsewhere':
    'cette adresse doit mener au document lui-même, et non à une autre adresse',
  'said.document_large': 'cette adresse répond par plus de {{max}} octets',
  'said.document_unread': 'cette adresse ne peut pas être lue : {{why}}',
  'said.no_document': 'donnez le document, ou son adresse',
  'said.no_id_in_title':
    'ne peut pas être tiré du titre ; donnez-en un vous-même',
  'said.title_changed':
    'Le nom n’est pas exactement le titre du document : un nom est court, et tout s’y voit.',
  'said.title_without_id':
    'Rien dans le titre ne peut servir d’identifiant. Donnez-en un.',
  'said.version_made':
    'Le document porte la version « {{version}} ». Une version se compose de trois nombres.',
  'said.description_cut':
    'La description est plus longue qu’elle ne peut l’être : elle a été coupée.',
  'said.no_server':
    'Le document ne nomme aucun serveur qui puisse être appelé. Indiquez les environnements avant de déployer.',
  'said.api_being_changed':
    'L’API est en cours de modification. Réessayez dans un instant.',
  'said.git_unusable':
    'Ce qui se trouve dans Git ne peut pas être utilisé : {{why}}. Corrigez-le d’abord à cet endroit.',
  'said.fetching':
    'Trop de documents sont en cours de lecture. Réessayez dans un instant.',
};
