import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { toolTranslationRef } from '../tools/i18n/ref';
import { Constraint, constraintsOf } from './constraints';
import { Schema } from './resolve';

/** Says in the reader's language what a schema demands beyond its type; empty when nothing. */
export function useConstraints(): (schema: Schema) => string {
  const { t } = useTranslationRef(toolTranslationRef);
  const say = ({ key, value }: Constraint): string => {
    const text = String(value);
    const count = Number(value);
    switch (key) {
      case 'default':
        return t('constraint.default', { value: text });
      case 'minimum':
        return t('constraint.minimum', { value: text });
      case 'maximum':
        return t('constraint.maximum', { value: text });
      case 'exclusiveMinimum':
        return t('constraint.exclusiveMinimum', { value: text });
      case 'exclusiveMaximum':
        return t('constraint.exclusiveMaximum', { value: text });
      case 'minLength':
        return t('constraint.minLength', { count });
      case 'maxLength':
        return t('constraint.maxLength', { count });
      case 'minItems':
        return t('constraint.minItems', { count });
      case 'maxItems':
        return t('constraint.maxItems', { count });
      default:
        return t('constraint.pattern', { value: text });
    }
  };
  return schema => constraintsOf(schema).map(say).join(' · ');
}
