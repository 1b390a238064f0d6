import { NoticeKind, NoticeValues } from '../Notice';
import { ENGLISH } from './en';
import { FRENCH } from './fr';
import { Text, Words } from './Words';

/** The languages that people are written to in. */
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

export const WORDS: Readonly<Record<Language, Words>> = {
  en: ENGLISH,
  fr: FRENCH,
};

export function isLanguage(value: unknown): value is Language {
  return (LANGUAGES as readonly unknown[]).includes(value);
}

/** How a notice reads. What somebody typed is brought onto one line, cut, and leads nowhere. */
export function textOf(
  language: Language,
  kind: NoticeKind,
  values: NoticeValues,
): Text {
  const plain = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' ? withoutLinks(oneLine(value)) : value,
    ]),
  );
  return WORDS[language].notices[kind](plain);
}

function oneLine(text: string): string {
  // Control characters, and those that change the direction of what follows.
  return text
    .replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .slice(0, 500);
}

/** Readers of mail and Slack make links of what looks like an address: a space without width breaks it. */
function withoutLinks(text: string): string {
  return text
    .replaceAll('://', ':\u200b//')
    .replaceAll(/(?<=[\p{L}\p{N}])\.(?=\p{L}{2})/gu, '.\u200b');
}
