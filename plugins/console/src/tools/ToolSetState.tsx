import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { StateBadge } from '@stoa/plugin-stoa-react';
import { consoleToolTranslationRef } from '../i18n/tools/ref';
import { ToolSet } from './types';
import styles from './tools.module.css';

/** Whether its tools are served, and what there is to look after. */
export function ToolSetState({ toolSet }: { readonly toolSet: ToolSet }) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { status, deployed, problems } = toolSet;
  return (
    <span className={styles.states}>
      {status === 'active' && !deployed ? (
        <StateBadge status="warning" label={t('state.notDeployed')} />
      ) : (
        <StateBadge status={status} />
      )}
      {problems.length > 0 && (
        <StateBadge
          status="warning"
          label={t('state.problems', { count: problems.length })}
        />
      )}
    </span>
  );
}
