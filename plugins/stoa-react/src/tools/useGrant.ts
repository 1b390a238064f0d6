import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { Schema } from '@stoa/plugin-stoa-common';
import { toolTranslationRef } from './i18n/ref';

/** Says which tools a subscription grants: all, or how many. */
export function useGrant(): (tools: Schema<'ToolGrant'>) => string {
  const { t } = useTranslationRef(toolTranslationRef);
  return tools =>
    tools === 'all' ? t('grant.all') : t('grant.some', { count: tools.length });
}
