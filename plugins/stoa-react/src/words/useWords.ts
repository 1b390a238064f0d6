import {
  TranslationFunction,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { stoaTranslationRef } from '../i18n/ref';
import { TONE_OF_STATUS } from '../state/states';
import { CHANGES } from './changes';
import { ACTIONS, EVENTS, FIELDS, LACKING, STEPS } from './names';
import { recognise } from './recognise';

type Translate = TranslationFunction<typeof stoaTranslationRef.T>;

/** What the control plane calls things, in the reader's words. What is not known stays as it is. */
export interface Words {
  /** An action of the audit, such as `stoa.api.create`. */
  readonly action: (name: string) => string;
  /** A step of a deployment, such as `fetch-spec`. */
  readonly step: (name: string) => string;
  /** An event of a subscription's history, such as `subscription-approved`. */
  readonly event: (name: string) => string;
  /** A field of the contract by its path, such as `environments.0.backend_url`. */
  readonly field: (path: string) => string;
  /** What changed between versions, such as `parameter_added`. */
  readonly change: (kind: string) => string;
  /** What a refused caller lacks, such as `role:devops`. */
  readonly lacking: (name: string) => string;
  /** A sentence of the server's; `undefined` for one that we have no translation of. */
  readonly said: (text: string) => string | undefined;
}

export function useWords(): Words {
  return wordsOf(useTranslationRef(stoaTranslationRef).t);
}

/** For where there are no hooks. */
export function wordsOf(t: Translate): Words {
  function said(text: string): string | undefined {
    const sentence = recognise(text);
    if (!sentence) return undefined;
    const values = Object.entries(sentence.values).map(([name, value]) => [
      name,
      valueOf(name, value),
    ]);
    return t(`said.${sentence.key}`, Object.fromEntries(values));
  }
  function valueOf(name: string, value: string): string {
    if (name === 'why') return said(value) ?? value;
    if (name === 'status' && isKeyOf(TONE_OF_STATUS, value)) {
      return t(`state.${value}`).toLocaleLowerCase();
    }
    return value;
  }
  return {
    said,
    action: name => {
      const key = keyOf(name);
      return isKeyOf(ACTIONS, key) ? t(`action.${key}`) : name;
    },
    step: name => {
      const key = keyOf(name);
      return isKeyOf(STEPS, key) ? t(`step.${key}`) : name;
    },
    event: name => {
      const key = keyOf(name);
      return isKeyOf(EVENTS, key) ? t(`event.${key}`) : name;
    },
    field: path =>
      path
        .split('.')
        .map(part => {
          if (isKeyOf(FIELDS, part)) return t(`field.${part}`);
          return /^\d+$/.test(part) ? String(Number(part) + 1) : part;
        })
        .join(' › '),
    change: kind => (isKeyOf(CHANGES, kind) ? t(`change.${kind}`) : kind),
    lacking: name => {
      const key = keyOf(name);
      if (isKeyOf(LACKING, key)) return t(`lacking.${key}`);
      const scope = /^scope:(.+)$/.exec(name)?.[1];
      return scope ? t('problem.scope', { scope }) : name;
    },
  };
}

/** Keys of translations hold neither dots nor hyphens nor colons. */
function keyOf(name: string): string {
  return name.replace(/[.:-]/g, '_');
}

function isKeyOf<T extends object>(
  words: T,
  key: string,
): key is keyof T & string {
  return Object.hasOwn(words, key);
}
