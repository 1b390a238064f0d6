/** Sentences of the control plane about APIs, their documents and the portal, as in `sentences.ts`. */
export const API_SENTENCES = {
  no_policy: 'No such policy.',
  policy_of_platform:
    'The policy comes with the platform: it can be replaced, not removed.',
  not_a_commit: 'is not a commit that holds the API',
  not_a_document: 'answers {{status}} in place of a document',
  elsewhere: 'must lead to the document itself, not to another address',
  document_large: 'answers with more than {{max}} bytes',
  document_unread: 'cannot be read: {{why}}',
  no_document: 'must be given, or the address of it',
  no_id_in_title: 'cannot be made from the title; give one',
  title_changed:
    'The title is not as the document has it: names are short, and all of them can be seen.',
  title_without_id: 'The title has nothing to make an id from. Give one.',
  version_made:
    'The document has version "{{version}}". Versions are three numbers.',
  description_cut: 'The description is longer than it may be, and was cut.',
  no_server:
    'The document names no server that can be called. Give the environments before you deploy.',
  api_being_changed: 'The API is being changed. Try again in a moment.',
  git_unusable: 'What is in Git cannot be used: {{why}}. Mend it there first.',
  fetching: 'Too many documents are being fetched. Try again in a moment.',
} as const;
