import { ButtonLink } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { RiCompass3Line } from '@remixicon/react';
import { EmptyState, Page } from '@stoa/plugin-stoa-react';
import { shellTranslationRef } from '../translations/ref';

/** An address that leads nowhere, and the way back. */
export function NotFoundPage() {
  const { t } = useTranslationRef(shellTranslationRef);
  return (
    <Page title={t('notFound.title')}>
      <EmptyState
        icon={<RiCompass3Line size={32} />}
        title={t('notFound.what')}
        action={<ButtonLink href="/">{t('notFound.home')}</ButtonLink>}
      >
        {t('notFound.hint')}
      </EmptyState>
    </Page>
  );
}
