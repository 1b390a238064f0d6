import { Alert, Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { SignInPageProps } from '@backstage/plugin-app-react';
import { shellTranslationRef } from '../translations/ref';
import { LanguageSwitch } from '../language/LanguageSwitch';
import { Mark } from '../nav/Mark';
import { useSession } from './useSession';
import styles from './SignInPage.module.css';

export function SignInPage(props: SignInPageProps) {
  const { t } = useTranslationRef(shellTranslationRef);
  const { checking, error, signIn } = useSession(props.onSignInSuccess);
  // A session is usually there: drawing the page first would only flash.
  if (checking) return null;
  return (
    <main className={styles.page}>
      <section className={styles.card} aria-labelledby="sign-in-title">
        <Mark size={44} />
        <Text as="h1" id="sign-in-title" variant="title-small" weight="bold">
          {t('signIn.title')}
        </Text>
        <Text as="p">{t('signIn.intro')}</Text>
        <Text as="p" color="secondary">
          {t('signIn.how')}
        </Text>
        {error && (
          <div role="alert">
            <Alert
              status="danger"
              icon
              title={t('signIn.failed')}
              description={`${error}. ${t('signIn.failedHint')}`}
            />
          </div>
        )}
        <Button onPress={signIn}>{t('signIn.button')}</Button>
        <LanguageSwitch />
      </section>
    </main>
  );
}
