export const LANGUAGES = [
  { id: 'en', name: 'English' },
  { id: 'fr', name: 'Français' },
] as const;

/** The first language of the reader's browser that we speak, else English. */
export function preferredLanguage(wanted: readonly string[]): string {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0];
    if (LANGUAGES.some(({ id }) => id === base)) return base;
  }
  return 'en';
}
