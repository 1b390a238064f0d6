import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS as POLICY_ACTIONS } from '@stoa/plugin-stoa-common';
import { mockApis } from '@backstage/frontend-test-utils';
import { frenchTranslations } from '../__testUtils__/frenchTranslations';
import french from '../i18n/fr';
import { stoaTranslationRef } from '../i18n/ref';
import { ALL_SENTENCES, recognise } from './recognise';
import { VALIDATOR_SENTENCES } from './sentences';
import { wordsOf } from './useWords';

function wordsIn(translations = frenchTranslations()) {
  const snapshot = translations.getTranslation(stoaTranslationRef);
  if (!snapshot.ready) throw new Error('not loaded');
  return wordsOf(snapshot.t);
}

/** What the control plane, the MCP gateway and the libraries below them are made of. */
const SERVER = [
  'control-plane-backend',
  'mcp-gateway-backend',
  'stoa-node',
  'stoa-common',
];

/** Where the sentences come from that our pages show. */
const SPOKEN = [
  'control-plane-backend/src',
  'mcp-gateway-backend/src/pipeline',
  'stoa-node/src/gateways',
  'stoa-node/src/tools/compile',
];

/** Said in the words of a document's validator; and by mail, in the language of who reads it. */
const SPOKEN_OTHERWISE = /definitions\/worker\.ts$|notifications\/words\//;

function sourcesIn(folder: string): Map<string, string> {
  const root = join(__dirname, '../../..', folder);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !/\.test\.ts$|^__/.test(file))
    .map(file => [`${folder}/${file}`, readSource(join(root, file))] as const);
  return new Map(files);
}

function readSource(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(
    /notFound\(\s*'([^']+)',?\s*\)/g,
    "'No such $1.'",
  );
}

/** Literals that read as a whole sentence, or as what is said of a field; a value stands as `x`. */
function sentencesIn(source: string): string[] {
  const code = source
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/.*$/gm, '');
  const literals = code.matchAll(
    /'((?:[^'\\\n]|\\.)+)'|"((?:[^"\\\n]|\\.)+)"|`((?:[^`\\]|\\.)+)`/g,
  );
  return [...literals]
    .map(([, single, double, template]) =>
      (single ?? double ?? template)
        .replaceAll(/\$\{[^}]*\}/g, 'x')
        .replaceAll("\\'", "'"),
    )
    .filter(
      text =>
        /^(["A-Z]|x ).* .*\.$/s.test(text) ||
        /^(A|Your) subscription /.test(text) ||
        /^(is|must|may|has|names|cannot|it is) /.test(text),
    );
}

/** What only programs meet, or what a page has better words for (`SAID_ALREADY` in `problems.ts`). */
const NOT_FOR_PAGES = new Set([
  // Of requests that no page of ours makes.
  'Use x here.',
  'No such address.',
  'No such method.',
  'Ask by cursor or by page.',
  'Leave it out, or the cursor.',
  'Send the body as application/json.',
  'The body is not readable JSON in UTF-8.',
  'The path is not valid percent-encoding.',
  'The cursor is not one of ours.',
  'Use next_cursor of the page before.',
  'is not one that was given for this list',
  'This Idempotency-Key was used for another request. Use a new one.',
  'Projected elsewhere.',
  'The caller has left.',
  // Of keys, to whom a gateway serves.
  'The API key is not known.',
  'The subscription is x.',
  // Told by title and advice.
  'Send If-Match with the ETag that you read.',
  'It was changed since you read it. Read it again, then change it.',
  'Nobody decides on their own request. Ask another administrator.',
  'Refused by the rule "x".',
  'Something failed on our side. Quote the correlation id when you report it.',
  'Something went wrong here.',
  // In the words that a model reads, shown as they are.
  'The service did not answer in time. Try again later.',
  'The service cannot be reached. Try again later, or tell its owner.',
  'This document is large: open the API in the portal to read it.',
  // Of manifests that are pushed to Git.
  'is not a tenant id',
  'is not a date',
]);

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
      'Your subscription to the tools of CRM is active',
      'Votre abonnement aux outils de CRM est actif',
    ],
    [
      'The required parameter "X-Key" is a credential, which callers of a tool do not say.',
      'Le paramètre obligatoire « X-Key » est un secret d’accès, que l’appelant d’un outil ne donne pas.',
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
    for (const [key, sentence] of Object.entries(ALL_SENTENCES)) {
      expect(recognise(sentence)?.key).toBe(key);
      const known = holes(sentence);
      for (const hole of holes(words[`said.${key}`])) {
        expect(known).toContain(hole);
      }
    }
  });

  it('translates sentences that the server still says', () => {
    const sources = SERVER.flatMap(name => [
      ...sourcesIn(`${name}/src`).values(),
    ])
      .join('\n')
      .replaceAll("\\'", "'");
    const ours = Object.entries(ALL_SENTENCES).filter(
      ([key]) => !Object.hasOwn(VALIDATOR_SENTENCES, key),
    );
    const lost = ours.filter(([, sentence]) =>
      sentence
        .split(/\{\{\w+\}\}/)
        .some(part => !sources.includes(part.replace(/\.$/, ''))),
    );
    expect(lost).toEqual([]);
  });

  it('translates every sentence that the server says to a page', () => {
    const unknown = SPOKEN.flatMap(folder =>
      [...sourcesIn(folder)]
        .filter(([file]) => !SPOKEN_OTHERWISE.test(file))
        .flatMap(([file, source]) =>
          sentencesIn(source)
            .filter(text => !NOT_FOR_PAGES.has(text) && !recognise(text))
            .map(text => `${file}: ${text}`),
        ),
    );
    expect(unknown).toEqual([]);
  });

  it('translates the subject of every notice, which pages show', () => {
    const notices = readSource(
      join(
        __dirname,
        '../../../control-plane-backend/src/notifications/words/en.ts',
      ),
    ).replaceAll(/body: (`[^`]*`|'[^']*')|\/\/.*$/gm, '');
    const subjects = [...notices.matchAll(/`([^`]+)`/g)]
      .map(([, text]) => text.replaceAll(/\$\{[^}]*\}/g, 'x'))
      .filter(text => /^["A-Zx][^.:]*$/.test(text) && text.includes(' '));
    expect(subjects.length).toBeGreaterThan(12);
    expect(subjects.filter(text => !recognise(text))).toEqual([]);
  });

  it('has a word for every action of the policy, and leaves alone what it does not know', () => {
    const { action, step, event, field, lacking, change } = wordsIn();
    const unnamed = Object.keys(POLICY_ACTIONS).filter(
      name => action(name) === name,
    );
    expect(unnamed).toEqual([]);
    expect(action('stoa.new.thing')).toBe('stoa.new.thing');
    expect(step('fetch-spec')).toBe('Lire le document dans Git');
    expect(event('subscription-approved')).toBe('Approuvé');
    expect(change('values_removed')).toBe('Moins de valeurs');
    expect(change('unheard_of')).toBe('unheard_of');
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
