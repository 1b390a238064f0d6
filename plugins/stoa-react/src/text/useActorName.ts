import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { stoaTranslationRef } from '../i18n/ref';

/** Says who acted: a person's name as it is, the platform's own actors (`system:…`, `git:…`) in words. */
export function useActorName(): (actor: string) => string {
  const { t } = useTranslationRef(stoaTranslationRef);
  return actor => {
    if (actor === 'system:plan') return t('actor.plan');
    if (actor.startsWith('system:')) return t('actor.platform');
    if (actor.startsWith('git:')) return t('actor.git');
    return actor;
  };
}
