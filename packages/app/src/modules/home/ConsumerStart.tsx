import { FormEvent, useState } from 'react';
import { Button, ButtonLink, Link, SearchField, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  LIVE,
  Section,
  StateBadge,
  unwrap,
  useLive,
  useLoad,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { shellTranslationRef } from '../translations/ref';
import styles from './home.module.css';

const SHOWN = 5;

/** Find an API or tools; see what one already uses. */
export function ConsumerStart() {
  const { t } = useTranslationRef(shellTranslationRef);
  return (
    <>
      <Section title={t('home.consume')}>
        <FindApi />
      </Section>
      <Section title={t('home.tools')}>
        <Text as="p" color="secondary">
          {t('home.toolsHint')}
        </Text>
        <div className={styles.buttons}>
          <ButtonLink variant="secondary" href="/portal/servers">
            {t('home.findServer')}
          </ButtonLink>
          <ButtonLink variant="secondary" href="/portal/tools">
            {t('home.browseTools')}
          </ButtonLink>
        </div>
      </Section>
      <Section
        title={t('home.subscriptions')}
        actions={
          <Link href="/portal/subscriptions">{t('home.allSubscriptions')}</Link>
        }
      >
        <MySubscriptions />
      </Section>
    </>
  );
}

function FindApi() {
  const { t } = useTranslationRef(shellTranslationRef);
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const search = (event: FormEvent) => {
    event.preventDefault();
    navigate(`/portal/apis?q=${encodeURIComponent(query)}`);
  };
  return (
    <form role="search" className={styles.search} onSubmit={search}>
      <SearchField
        aria-label={t('home.search')}
        placeholder={t('home.searchHint')}
        value={query}
        onChange={setQuery}
        className={styles.field}
      />
      <Button type="submit">{t('home.searchButton')}</Button>
      <ButtonLink variant="secondary" href="/portal/apis">
        {t('home.browse')}
      </ButtonLink>
    </form>
  );
}

function MySubscriptions() {
  const { t } = useTranslationRef(shellTranslationRef);
  const client = useStoaClient();
  const { data, reload } = useLoad('home/subscriptions', async signal => {
    const params = { query: { limit: SHOWN } };
    const [apis, tools] = await Promise.all([
      unwrap(client.GET('/v1/subscriptions/my', { params, signal })),
      unwrap(client.GET('/v1/mcp/subscriptions/my', { params, signal })),
    ]);
    return [
      ...apis.items.map(item => ({
        ...item,
        name: item.api_name,
        note: item.application_name,
        href: `/portal/subscriptions/${item.id}`,
      })),
      ...tools.items.map(item => ({
        ...item,
        name: item.server_name,
        note: t('nav.tools'),
        href: `/portal/subscriptions/tools/${item.id}`,
      })),
    ]
      .sort((a, b) => b.created_at.localeCompare(a.created_at))
      .slice(0, SHOWN);
  });
  useLive(LIVE.subscriptions, reload);
  if (!data) return null;
  if (data.length === 0) {
    return (
      <div>
        <Text as="p">{t('home.noSubscriptions')}</Text>
        <Text as="p" color="secondary">
          {t('home.noSubscriptionsHint')}
        </Text>
      </div>
    );
  }
  return (
    <ul className={styles.list}>
      {data.map(item => (
        <li key={item.id}>
          <Link href={item.href}>{item.name}</Link>
          <Text color="secondary">{item.note}</Text>
          <StateBadge status={item.status} />
        </li>
      ))}
    </ul>
  );
}
