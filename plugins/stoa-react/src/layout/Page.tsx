import { ReactNode, useEffect } from 'react';
import {
  configApiRef,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { Link, Text } from '@backstage/ui';
import { stoaTranslationRef } from '../i18n/ref';
import styles from './Page.module.css';

export interface Crumb {
  readonly label: string;
  readonly href: string;
}

/**
 * The frame of every page: where one is, what this is and in which state, the
 * one thing to do about it, then the content.
 */
export function Page(props: {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly description?: ReactNode;
  /** Beside the title: states, versions. */
  readonly badges?: ReactNode;
  readonly actions?: ReactNode;
  readonly tabs?: ReactNode;
  readonly children: ReactNode;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const site = useApi(configApiRef).getOptionalString('app.title') ?? 'STOA';
  useEffect(() => {
    document.title = `${props.title} · ${site}`;
  }, [props.title, site]);
  return (
    <main className={styles.page}>
      <header className={styles.header}>
        {props.crumbs && props.crumbs.length > 0 && (
          <nav aria-label={t('common.breadcrumb')} className={styles.crumbs}>
            {props.crumbs.map(crumb => (
              <span key={crumb.href}>
                <Link href={crumb.href} color="secondary">
                  {crumb.label}
                </Link>
                <span aria-hidden className={styles.slash}>
                  /
                </span>
              </span>
            ))}
          </nav>
        )}
        <div className={styles.head}>
          <div className={styles.title}>
            <Text as="h1" variant="title-small" weight="bold">
              {props.title}
            </Text>
            {props.badges}
          </div>
          {props.actions && (
            <div className={styles.actions}>{props.actions}</div>
          )}
        </div>
        {props.description && (
          <Text as="div" color="secondary" className={styles.description}>
            {props.description}
          </Text>
        )}
        {props.tabs}
      </header>
      <div className={styles.content}>{props.children}</div>
    </main>
  );
}
