import type { CHANGES } from '../words/changes';

/** The words of `words/changes.ts` in French. */
export const CHANGES_FR: {
  [K in keyof typeof CHANGES as `change.${K}`]: string;
} = {
  'change.renamed': 'Porte un autre nom',
  'change.documentation': 'Est décrite autrement',
  'change.deprecated': 'Sa fin est annoncée',
  'change.undeprecated': 'Sa fin n’est plus annoncée',
  'change.security_narrowed': 'Demande davantage aux appelants',
  'change.security_widened': 'Demande moins aux appelants',
  'change.parameter_added': 'Accepte un nouveau paramètre',
  'change.parameter_removed': 'N’accepte plus ce paramètre',
  'change.parameter_renamed': 'Le paramètre porte un autre nom',
  'change.parameter_style': 'Le paramètre s’écrit autrement',
  'change.body_added': 'Accepte un corps',
  'change.body_removed': 'N’accepte plus de corps',
  'change.media_type_added': 'Aussi dans un autre format',
  'change.media_type_removed': 'Plus dans ce format',
  'change.response_added': 'Une nouvelle réponse',
  'change.response_removed': 'Cette réponse a disparu',
  'change.header_added': 'Un nouvel en-tête',
  'change.header_removed': 'Cet en-tête a disparu',
  'change.property_added': 'Une nouvelle propriété',
  'change.property_removed': 'Cette propriété a disparu',
  'change.required': 'Est désormais obligatoire',
  'change.optional': 'N’est plus obligatoire',
  'change.type': 'Est d’un autre type',
  'change.values_added': 'Davantage de valeurs',
  'change.values_removed': 'Moins de valeurs',
  'change.limit': 'A une autre limite',
  'change.format': 'A un autre format',
  'change.pattern': 'Suit un autre motif',
  'change.default': 'A une autre valeur par défaut',
  'change.more_properties_refused': 'N’accepte plus que des propriétés nommées',
  'change.more_properties_allowed':
    'Accepte désormais des propriétés de tout nom',
  'change.alternative_added': 'Une possibilité de plus',
  'change.alternative_removed': 'Une possibilité de moins',
  'change.rules': 'Suit d’autres règles',
};
