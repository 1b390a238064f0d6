import { preferredLanguage } from './languages';

describe('preferredLanguage', () => {
  it.each([
    [['fr-CA', 'en'], 'fr'],
    [['de-DE', 'fr', 'en'], 'fr'],
    [['en-GB', 'fr'], 'en'],
    [['pt-BR'], 'en'],
    [[], 'en'],
  ])('chooses for %j the first we speak: %s', (wanted, language) => {
    expect(preferredLanguage(wanted)).toBe(language);
  });
});
