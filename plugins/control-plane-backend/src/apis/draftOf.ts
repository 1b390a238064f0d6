import { isDisplayName, Schema } from '@stoa/plugin-stoa-common';
import { coerce } from 'semver';
import { ParsedDefinition } from '../definitions';

/** What is not as the document says it, and why. */
export interface DraftNote {
  readonly field: string;
  readonly message: string;
}

/** What an API is made of, but for its document. */
export type Draft = Omit<Schema<'ApiCreate'>, 'api_id' | 'definition'> & {
  /** Missing where the title has nothing to make it from. */
  readonly api_id?: string;
};

const NAME_MAX = 100;
const ID_MAX = 63;
const DESCRIPTION_MAX = 5_000;
const URL_MAX = 512;

/** As the contract has it: without a build. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/;

/**
 * An API made from what its document says; what is given goes before. A server of
 * the document that is a whole address becomes the backend of `dev`.
 */
export function draftOf(
  report: ParsedDefinition,
  given: Omit<Schema<'ApiImport'>, 'definition' | 'url'>,
  supported: readonly string[],
): { readonly draft: Draft; readonly notes: readonly DraftNote[] } {
  const notes: DraftNote[] = [];
  const note = (field: string, message: string) =>
    void notes.push({ field, message });

  const name = given.display_name ?? nameOf(report.title);
  if (name !== (given.display_name ?? report.title))
    note(
      'display_name',
      'The title is not as the document has it: names are short, and all of them can be seen.',
    );
  const id = given.api_id ?? idOf(report.title);
  if (id === undefined)
    note('api_id', 'The title has nothing to make an id from. Give one.');

  const version = given.version ?? versionOf(report.version);
  if (version !== (given.version ?? report.version))
    note(
      'version',
      `The document has version "${report.version.slice(
        0,
        64,
      )}". Versions are three numbers.`,
    );

  const description = given.description ?? report.description;
  const short = description && cut(description, DESCRIPTION_MAX);
  if (short !== description)
    note(
      'description',
      'The description is longer than it may be, and was cut.',
    );

  const environments = given.environments ?? environmentsOf(report, supported);
  if (environments.length === 0)
    note(
      'environments',
      'The document names no server that can be called. Give the environments before you deploy.',
    );
  return {
    draft: {
      api_id: id,
      display_name: name,
      version,
      ...(short && { description: short }),
      visibility: given.visibility ?? 'private',
      category: given.category,
      tags: given.tags ?? [],
      plans: given.plans ?? [],
      policies: given.policies,
      environments,
    },
    notes,
  };
}

/** The title without what cannot be seen, as long as a name may be. */
function nameOf(title: string): string {
  const seen = [...title].filter(c => isDisplayName(`a${c}`));
  const name = cut(seen.join('').trim(), NAME_MAX).trim();
  return isDisplayName(name) ? name : 'API';
}

/** Not within a character, and without halves of one. */
function cut(text: string, max: number): string {
  return text
    .replace(/\p{Cs}/gu, '')
    .slice(0, max)
    .replace(/[\ud800-\udbff]$/, '');
}

/** Letters without their marks, digits, single dashes. */
function idOf(title: string): string | undefined {
  const words = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return words?.join('-').slice(0, ID_MAX).replace(/-$/, '');
}

/** The version itself, else the numbers at its beginning: `v2` is 2.0.0. */
function versionOf(text: string): string {
  const short = text.slice(0, 64);
  if (short === text && VERSION.test(text)) return text;
  return coerce(short)?.version ?? '1.0.0';
}

function environmentsOf(
  { servers }: ParsedDefinition,
  supported: readonly string[],
): Schema<'ApiEnvironment'>[] {
  if (!supported.includes('dev')) return [];
  for (const server of servers) {
    const url = /^https?:\/\//.test(server) && URL.parse(server);
    if (
      url &&
      !/[{}]/.test(server) &&
      !(url.username || url.password || url.search || url.hash) &&
      url.href.length <= URL_MAX
    ) {
      // A bare host as it is usually written.
      const address = url.pathname === '/' ? url.origin : url.href;
      return [{ name: 'dev', backend_url: address }];
    }
  }
  return [];
}
