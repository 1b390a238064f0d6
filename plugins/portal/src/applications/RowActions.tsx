import { Button, Tooltip, TooltipTrigger } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { portalTranslationRef } from '../i18n/ref';
import { Application } from './useApplications';

/** While something uses it, an application cannot be deleted; the button says so. */
export function RowActions(props: {
  readonly application: Application;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { name, subscription_count: used } = props.application;
  return (
    <span style={{ display: 'inline-flex', gap: 'var(--bui-space-1)' }}>
      <Button
        size="small"
        variant="tertiary"
        aria-label={`${t('applications.edit')}: ${name}`}
        onPress={props.onEdit}
      >
        {t('applications.edit')}
      </Button>
      {used > 0 ? (
        <TooltipTrigger delay={200}>
          <Button
            size="small"
            variant="tertiary"
            aria-disabled
            aria-label={`${t('applications.delete')}: ${name}. ${t(
              'applications.inUse',
            )}`}
            style={{ color: 'var(--bui-fg-secondary)' }}
          >
            {t('applications.delete')}
          </Button>
          <Tooltip>{t('applications.inUse')}</Tooltip>
        </TooltipTrigger>
      ) : (
        <Button
          size="small"
          variant="tertiary"
          destructive
          aria-label={`${t('applications.delete')}: ${name}`}
          onPress={props.onDelete}
        >
          {t('applications.delete')}
        </Button>
      )}
    </span>
  );
}
