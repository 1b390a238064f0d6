import { useEffect } from 'react';
import { PluginHeader } from '@backstage/ui';
import {
  BreadcrumbEntry,
  configApiRef,
  PageLayoutProps,
  useApi,
  useBreadcrumbEntries,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { LinkTabs } from '@stoa/plugin-stoa-react';
import { useResolvedPath } from 'react-router-dom';
import { shellTranslationRef } from '../translations/ref';
import { titleKeyOf } from './titles';
import styles from './PageLayout.module.css';

/** Title, way back and parts of a page in the reader's language; our own pages bring their own. */
export function PageLayout(props: PageLayoutProps) {
  return props.noHeader || !props.title ? (
    <>{props.children}</>
  ) : (
    <Titled {...props} title={props.title} />
  );
}

function Titled(props: PageLayoutProps & { readonly title: string }) {
  const { t } = useTranslationRef(shellTranslationRef);
  const site = useApi(configApiRef).getOptionalString('app.title') ?? 'STOA';
  const parent = useResolvedPath('.').pathname.replace(/\/$/, '');
  const { items } = useBreadcrumbEntries();
  const named = (title: string) => {
    const key = titleKeyOf(title);
    return key ? t(`page.${key}`) : title;
  };
  const title = named(props.title);
  useEffect(() => {
    document.title = `${title} · ${site}`;
  }, [title, site]);
  const tabs = (props.tabs ?? []).map(({ label, href }) => ({
    label: named(label),
    href: href.startsWith('/') ? href : `${parent}/${href}`,
    prefix: true,
  }));
  return (
    <BreadcrumbEntry
      entry={{ label: title, href: props.titleLink ?? (parent || '/') }}
    >
      <PluginHeader
        title={title}
        icon={props.icon}
        titleLink={props.titleLink}
        breadcrumbs={items.map(item => ({ ...item, label: named(item.label) }))}
        customActions={props.headerActions}
      />
      {tabs.length > 1 && (
        <div className={styles.tabs}>
          <LinkTabs label={title} tabs={tabs} />
        </div>
      )}
      {props.children}
    </BreadcrumbEntry>
  );
}
