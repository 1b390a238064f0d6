import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS as POLICY_ACTIONS } from '@stoa/plugin-stoa-common';
import { mockApis } from '@backstage/frontend-test-utils';
import { frenchTranslations } from '../__testUtils__/frenchTranslations';
import french from '../i18n/fr';
import { stoaTranslationRef } from '../i18n/ref';
import { recognise } from './recognise';
import { SENTENCES, VALIDATOR_SENTENCES } from './sentences';
import { wordsOf } from './useWords';

function wordsIn(translations = frenchTranslations()) {
  const snapshot = translations.getTranslation(stoaTranslationRef);
  if (!snapshot.ready) throw new Error('not loaded');
  return wordsOf(snapshot.t);
}

/** What the control plane and the libraries below it are made of. */
function serverSources(): string {
  const plugins = join(__dirname, '../../..');
  return ['control-plane-backend', 'stoa-node', 'stoa-common']
    .map(name => join(plugins, name, 'src'))
    .flatMap(root =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .map(file => readFileSync(join(root, file), 'utf8')),
    )
    .join('\n')
    .replaceAll("\\'", "'")
    .replaceAll(/notFound\('([^']+)'\)/g, 'No such $1.');
}

describe('the words for what the control plane says', () => {
  it.each([
    [
      'You have 10 applications. Delete those you do not use.',
      'Vous avez 10 applications. Supprimez celles qui ne vous servent plus.',
    ],
    [
      'Your subscription to crm-api is revoked',
      'Votre abonnement à crm-api est révoqué',
    ],
    [
      'The backend cannot be reached: its name does not resolve.',
      'Le service ne peut pas être joint : son nom n’a pas été trouvé.',
    ],
    [
      '{{x}} 12 bytes at commit 0123456789ab',
      '{{x}} 12 octets au commit 0123456789ab',
    ],
    ['must NOT have more than 100 characters', '100 caractères au plus'],
    ['Something new that nobody translated.', undefined],
  ])('says %j in French', (english, expected) => {
    expect(wordsIn().said(english)).toBe(expected);
    expect(wordsIn(mockApis.translation()).said(english)).toBe(
      expected && english,
    );
  });

  it('keeps every value of a sentence that it has a place for', () => {
    const words: Record<string, string> = { ...french.messages };
    const holes = (text: string) => text.match(/\{\{\w+\}\}/g)?.sort() ?? [];
    for (const [key, sentence] of Object.entries({
      ...SENTENCES,
      ...VALIDATOR_SENTENCES,
    })) {
      expect(recognise(sentence)?.key).toBe(key);
      const known = holes(sentence);
      for (const hole of holes(words[`said.${key}`])) {
        expect(known).toContain(hole);
      }
    }
  });

  it('translates sentences that the server still says', () => {
    const sources = serverSources();
    const lost = Object.values(SENTENCES).filter(sentence =>
      sentence
        .split(/\{\{\w+\}\}/)
        .some(part => !sources.includes(part.replace(/\.$/, ''))),
    );
    expect(lost).toEqual([]);
  });

  it('has a word for every action of the policy, and leaves alone what it does not know', () => {
    const { action, step, event, field, lacking } = wordsIn();
    const unnamed = Object.keys(POLICY_ACTIONS).filter(
      name => action(name) === name,
    );
    expect(unnamed).toEqual([]);
    expect(action('stoa.new.thing')).toBe('stoa.new.thing');
    expect(step('fetch-spec')).toBe('Lire le document dans Git');
    expect(event('subscription-approved')).toBe('Approuvé');
    expect(field('environments.0.backend_url')).toBe(
      'Environnements › 1 › Adresse du service',
    );
    expect(lacking('role:tenant-admin')).toBe(
      'le rôle Administrateur de l’organisation',
    );
    expect(lacking('scope:stoa:catalog:write')).toBe(
      'l’autorisation « stoa:catalog:write »',
    );
    expect(lacking('tail:long')).toBe('tail:long');
  });
});
