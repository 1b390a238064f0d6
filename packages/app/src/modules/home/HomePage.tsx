import {
  identityApiRef,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { Skeleton } from '@backstage/ui';
import { ErrorPanel, Page, useLoad, useMe } from '@stoa/plugin-stoa-react';
import { shellTranslationRef } from '../translations/ref';
import { ConsumerStart } from './ConsumerStart';
import { ProviderStart } from './ProviderStart';
import styles from './home.module.css';

/** Helps each role to begin: what needs me first, then what I can start. */
export function HomePage() {
  const { t } = useTranslationRef(shellTranslationRef);
  const identityApi = useApi(identityApiRef);
  const profile = useLoad('profile', () => identityApi.getProfileInfo());
  const me = useMe();
  const name = me.data?.name ?? profile.data?.displayName;
  return (
    <Page
      title={name ? t('home.welcome', { name }) : t('home.welcomePlain')}
      description={me.data?.platform_admin ? t('home.platformHint') : undefined}
    >
      {me.error && <ErrorPanel error={me.error} onRetry={me.reload} />}
      {me.loading && <Skeleton width="100%" height={240} />}
      {me.data && (
        <div className={styles.columns}>
          {me.data.tenants.length > 0 && (
            <div className={styles.column}>
              <ProviderStart tenants={me.data.tenants} />
            </div>
          )}
          <div className={styles.column}>
            <ConsumerStart />
          </div>
        </div>
      )}
    </Page>
  );
}
