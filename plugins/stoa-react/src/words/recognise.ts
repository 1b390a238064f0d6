import { API_SENTENCES } from './apiSentences';
import { OPERATOR_SENTENCES } from './operatorSentences';
import { TENANT_SENTENCES } from './tenantSentences';
import { SENTENCES, VALIDATOR_SENTENCES } from './sentences';
import { TOOL_SENTENCES } from './toolSentences';

/** The more special ones first: what `{{api}}` stands for in one may be a part of another. */
export const ALL_SENTENCES = {
  ...TOOL_SENTENCES,
  ...OPERATOR_SENTENCES,
  ...TENANT_SENTENCES,
  ...API_SENTENCES,
  ...SENTENCES,
  ...VALIDATOR_SENTENCES,
};

export type SentenceKey = keyof typeof ALL_SENTENCES;

export interface Recognised {
  readonly key: SentenceKey;
  readonly values: Readonly<Record<string, string>>;
}

const PATTERNS = Object.entries(ALL_SENTENCES).map(([key, sentence]) => ({
  key: key as SentenceKey,
  pattern: patternOf(sentence),
}));

/** Finds the sentence that a text is an instance of, and the values in it. */
export function recognise(text: string): Recognised | undefined {
  for (const { key, pattern } of PATTERNS) {
    const match = pattern.exec(text.trim());
    if (match) return { key, values: { ...match.groups } };
  }
  return undefined;
}

function patternOf(sentence: string): RegExp {
  const source = sentence
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{\{(\w+)\}\}/g, '(?<$1>.+?)');
  return new RegExp(`^${source}$`, 's');
}
