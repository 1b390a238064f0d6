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

/** Find an API; see what one already uses. */
export function ConsumerStart() {
  const { t } = useTranslationRef(shellTranslationRef);
  return (
    <>
      <Section title={t('home.consume')}>
        <FindApi />
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
  const { data, reload } = useLoad('home/subscriptions', signal =>
    unwrap(
      client.GET('/v1/subscriptions/my', {
        params: { query: { limit: SHOWN } },
        signal,
      }),
    ),
  );
  useLive(LIVE.subscriptions, reload);
  if (!data) return null;
  if (data.items.length === 0) {
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
      {data.items.map(item => (
        <li key={item.id}>
          <Link href={`/portal/subscriptions/${item.id}`}>{item.api_name}</Link>
          <Text color="secondary">{item.application_name}</Text>
          <StateBadge status={item.status} />
        </li>
      ))}
    </ul>
  );
}
