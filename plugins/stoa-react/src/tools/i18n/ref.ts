import { createTranslationRef } from '@backstage/frontend-plugin-api';

/**
 * Words about tools and their schemas. They load with the pages that need
 * them: nothing of them is in the first load.
 */
export const toolTranslationRef = createTranslationRef({
  id: 'stoa-tools',
  messages: {
    schema: {
      required: 'required',
      name: 'Name',
      type: 'Type',
      description: 'Description',
      noArguments: 'It takes no arguments.',
    },
    constraint: {
      default: 'default {{value}}',
      pattern: 'of the form {{value}}',
      minimum: 'at least {{value}}',
      maximum: 'at most {{value}}',
      exclusiveMinimum: 'more than {{value}}',
      exclusiveMaximum: 'less than {{value}}',
      minLength_one: 'at least {{count}} character',
      minLength_other: 'at least {{count}} characters',
      maxLength_one: 'at most {{count}} character',
      maxLength_other: 'at most {{count}} characters',
      minItems_one: 'at least {{count}} entry',
      minItems_other: 'at least {{count}} entries',
      maxItems_one: 'at most {{count}} entry',
      maxItems_other: 'at most {{count}} entries',
    },
    tool: {
      arguments: 'Arguments',
      answer: 'Answer',
      noAnswer: 'The shape of the answer is not described.',
      definition: 'The definition as JSON',
      definitionHide: 'Hide the JSON',
    },
    hint: {
      reads: 'Only reads',
      changes: 'Changes something',
      destroys: 'May delete or overwrite',
      repeatable: 'Safe to repeat',
    },
    grant: {
      all: 'All tools, future ones too',
      some_one: '{{count}} tool',
      some_other: '{{count}} tools',
    },
  },
  translations: { fr: () => import('./fr') },
});
