import { ButtonLink, SearchField, Select } from '@backstage/ui';
import { RiAddLine, RiFileCodeLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  DataTable,
  EmptyState,
  LIVE,
  Page,
  stoaTranslationRef,
  unwrap,
  useLive,
  usePages,
  useStoaClient,
  useUrlState,
} from '@stoa/plugin-stoa-react';
import { useTenant } from '../frame/TenantContext';
import { consoleTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { useColumns } from './columns';
import styles from './apis.module.css';

const PAGE_SIZE = 50;
const STATES = ['draft', 'published', 'deprecated', 'retired'] as const;
type State = (typeof STATES)[number];

/** The APIs of a tenant, under the search and the state that the address holds. */
export function ApisPage() {
  const { t } = useTranslationRef(consoleTranslationRef);
  const tenant = useTenant();
  const client = useStoaClient();
  const columns = useColumns();
  const [q, setQ] = useUrlState('q');
  const [status, setStatus] = useUrlState('status');
  const state = STATES.find(name => name === status);
  const apis = usePages(
    JSON.stringify([tenant.id, q, state]),
    (cursor, signal) =>
      unwrap(
        client.GET('/v1/tenants/{tenant_id}/apis', {
          params: {
            path: { tenant_id: tenant.id },
            query: {
              limit: PAGE_SIZE,
              cursor,
              q: q || undefined,
              status: state,
            },
          },
          signal,
        }),
      ),
  );
  useLive(LIVE.apis, apis.reload);
  const create = tenant.permissions.create_api && (
    <ButtonLink iconStart={<RiAddLine />} href={paths.newApi(tenant.id)}>
      {t('apis.create')}
    </ButtonLink>
  );
  return (
    <Page title={t('apis.title')} actions={create}>
      <div role="search" className={styles.bar}>
        <SearchField
          aria-label={t('apis.search')}
          placeholder={t('apis.search')}
          size="small"
          className={styles.search}
          value={q}
          onChange={setQ}
        />
        <StateChoice value={state} onChange={setStatus} />
      </div>
      <DataTable
        label={t('apis.title')}
        columns={columns}
        rows={apis.data}
        loading={apis.loading}
        error={apis.error}
        onRetry={apis.reload}
        hasMore={apis.hasMore}
        onMore={apis.more}
        hrefOf={row => paths.api(tenant.id, row.api_id)}
        empty={
          q || state ? (
            <EmptyState title={t('apis.none')} />
          ) : (
            <EmptyState
              icon={<RiFileCodeLine size={32} />}
              title={t('apis.empty')}
              action={create}
            >
              {create ? t('apis.emptyHint') : t('apis.emptyReadOnly')}
            </EmptyState>
          )
        }
      />
    </Page>
  );
}

function StateChoice(props: {
  readonly value?: State;
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  return (
    <Select
      aria-label={t('apis.state')}
      size="small"
      className={styles.choice}
      options={[
        { id: 'any', label: t('apis.any') },
        ...STATES.map(id => ({ id, label: shared(`state.${id}`) })),
      ]}
      selectedKey={props.value ?? 'any'}
      onSelectionChange={key =>
        props.onChange(key === 'any' || key === null ? '' : String(key))
      }
    />
  );
}
