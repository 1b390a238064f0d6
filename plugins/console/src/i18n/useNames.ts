import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ACTIONS, STEPS } from './names';
import { consoleTranslationRef } from './ref';

/** Names that the control plane gives, in the reader's words; one that is not known stays as it is. */
export function useNames(): {
  action: (name: string) => string;
  step: (name: string) => string;
} {
  const { t } = useTranslationRef(consoleTranslationRef);
  return {
    action: name => {
      const key = keyOf(ACTIONS, name);
      return key ? t(`action.${key}`) : name;
    },
    step: name => {
      const key = keyOf(STEPS, name);
      return key ? t(`step.${key}`) : name;
    },
  };
}

function keyOf<T extends object>(
  words: T,
  name: string,
): (keyof T & string) | undefined {
  const key = name.replace(/[.-]/g, '_');
  return Object.hasOwn(words, key) ? (key as keyof T & string) : undefined;
}
