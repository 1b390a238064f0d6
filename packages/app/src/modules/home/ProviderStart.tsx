import { ButtonLink, Link, Text } from '@backstage/ui';
import { RiAddLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  LIVE,
  MyTenant,
  RelativeTime,
  Section,
  StateBadge,
  unwrap,
  useLive,
  useLoad,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { shellTranslationRef } from '../translations/ref';
import styles from './home.module.css';

/** A platform administrator may hold hundreds of tenants; home asks about this many. */
const ASKED = 6;
const SHOWN = 5;

/** What waits for a provider, and what was last deployed. */
export function ProviderStart(props: {
  readonly tenants: readonly MyTenant[];
}) {
  const { t } = useTranslationRef(shellTranslationRef);
  const tenants = props.tenants.slice(0, ASKED);
  const deciders = tenants.filter(x => x.permissions?.decide_subscription);
  const creators = tenants.filter(x => x.permissions?.create_api);
  return (
    <>
      {deciders.length > 0 && (
        <Section title={t('home.approvals')}>
          <Approvals tenants={deciders} />
        </Section>
      )}
      {creators.length > 0 && (
        <Section title={t('home.provide')}>
          <Text as="p" color="secondary">
            {t('home.provideHint')}
          </Text>
          <div className={styles.buttons}>
            {creators.map((tenant, index) => (
              <ButtonLink
                key={tenant.id}
                variant={index === 0 ? 'primary' : 'secondary'}
                iconStart={<RiAddLine />}
                href={`/console/${tenant.id}/apis/new`}
              >
                {t('home.create', { tenant: tenant.display_name })}
              </ButtonLink>
            ))}
          </div>
        </Section>
      )}
      <Section title={t('home.deployments')}>
        <Deployments tenants={tenants} />
      </Section>
    </>
  );
}

interface TenantsProps {
  readonly tenants: readonly MyTenant[];
}

function Approvals({ tenants }: TenantsProps) {
  const { t } = useTranslationRef(shellTranslationRef);
  const client = useStoaClient();
  const { data, reload } = useLoad(`approvals/${keyOf(tenants)}`, signal =>
    Promise.all(
      tenants.map(async tenant => {
        const options = {
          params: { path: { tenant_id: tenant.id }, query: { limit: 100 } },
          signal,
        };
        const [apis, tools] = await Promise.all([
          unwrap(
            client.GET('/v1/subscriptions/tenant/{tenant_id}/pending', options),
          ),
          unwrap(
            client.GET(
              '/v1/mcp/subscriptions/tenant/{tenant_id}/pending',
              options,
            ),
          ),
        ]);
        return {
          tenant,
          count: apis.items.length + tools.items.length,
          more: Boolean(apis.next_cursor ?? tools.next_cursor),
        };
      }),
    ),
  );
  useLive(LIVE.subscriptions, reload);
  if (!data) return null;
  const waiting = data.filter(({ count }) => count > 0);
  if (waiting.length === 0) {
    return <Text color="secondary">{t('home.noApprovals')}</Text>;
  }
  return (
    <ul className={styles.list}>
      {waiting.map(({ tenant, count, more }) => (
        <li key={tenant.id}>
          <Link href={`/console/${tenant.id}/approvals`}>
            {count === 1
              ? t('home.approvalsOne', { tenant: tenant.display_name })
              : t('home.approvalsMany', {
                  n: `${count}${more ? '+' : ''}`,
                  tenant: tenant.display_name,
                })}
          </Link>
          <StateBadge status="pending" />
        </li>
      ))}
    </ul>
  );
}

function Deployments({ tenants }: TenantsProps) {
  const { t } = useTranslationRef(shellTranslationRef);
  const client = useStoaClient();
  const { data, reload } = useLoad(
    `deployed/${keyOf(tenants)}`,
    async signal => {
      const pages = await Promise.all(
        tenants.map(tenant =>
          unwrap(
            client.GET('/v1/deployments/history', {
              params: { query: { tenant_id: tenant.id, limit: SHOWN } },
              signal,
            }),
          ),
        ),
      );
      return pages
        .flatMap(page => page.items)
        .sort((a, b) => b.created_at.localeCompare(a.created_at))
        .slice(0, SHOWN);
    },
  );
  useLive(LIVE.deployments, reload);
  if (!data) return null;
  if (data.length === 0) {
    return <Text color="secondary">{t('home.noDeployments')}</Text>;
  }
  return (
    <ul className={styles.list}>
      {data.map(item => (
        <li key={item.id}>
          <Link href={`/console/${item.tenant_id}/deployments/${item.id}`}>
            {item.api_id} {item.version} → {item.environment}
          </Link>
          <Text color="secondary">
            <RelativeTime at={item.created_at} />
          </Text>
          <StateBadge status={item.status} />
        </li>
      ))}
    </ul>
  );
}

function keyOf(tenants: readonly MyTenant[]): string {
  return tenants.map(({ id }) => id).join();
}
