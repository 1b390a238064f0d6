import { ReactNode, useState } from 'react';
import { Schema } from '@stoa/plugin-stoa-common';
import { Alert, ButtonLink, Skeleton } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ErrorPanel,
  Loaded,
  Page,
  Section,
  StateBadge,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { CancelSubscription } from './CancelSubscription';
import { ExtendSubscription } from './ExtendSubscription';
import { History } from './History';
import { NewKey } from './NewKey';
import { OldKeyUntil } from './OldKeyUntil';
import { ReplaceKey } from './ReplaceKey';
import { Fact, SubscriptionFacts } from './SubscriptionFacts';

type Either = Schema<'Subscription'> | Schema<'McpSubscription'>;

/** What is peculiar to one subscription, and to its kind. */
export interface Particulars {
  readonly title: string;
  readonly description?: string;
  readonly what: readonly Fact[];
  /** Where it is put to use. */
  readonly use: { readonly label: string; readonly href: string };
  readonly pendingHint: string;
  /** What a new key is saved as. */
  readonly keyFile: string;
  readonly replaceKey: (
    hours: number,
    idempotencyKey: string,
  ) => Promise<Schema<'Rotation'>>;
  readonly extend: (days: number, idempotencyKey: string) => Promise<unknown>;
  readonly cancel: {
    readonly title: string;
    readonly hint: ReactNode;
    readonly run: () => Promise<unknown>;
  };
}

/** One subscription: its state, what happened to it, how to use it, and the way out of it. */
export function SubscriptionView<S extends Either>(props: {
  readonly loaded: Loaded<{
    readonly subscription: S;
    readonly history: readonly Schema<'SubscriptionHistoryEntry'>[];
  }>;
  readonly of: (subscription: S) => Particulars;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { loaded } = props;
  const [rotation, setRotation] = useState<Schema<'Rotation'>>();
  const crumbs = [
    { label: t('subscriptions.title'), href: paths.subscriptions() },
  ];
  if (!loaded.data) {
    return (
      <Page title={t('subscriptions.facts')} crumbs={crumbs}>
        {loaded.error ? (
          <ErrorPanel error={loaded.error} onRetry={loaded.reload} />
        ) : (
          <Skeleton width="100%" height={240} />
        )}
      </Page>
    );
  }
  const { subscription, history } = loaded.data;
  const { status, permissions, old_key_expires_at: oldUntil } = subscription;
  const replaced =
    rotation?.subscription_id === subscription.id ? rotation : undefined;
  const its = props.of(subscription);
  return (
    <Page
      title={its.title}
      crumbs={crumbs}
      description={its.description}
      badges={<StateBadge status={status} />}
      actions={
        <>
          {status === 'active' && (
            <ButtonLink href={its.use.href}>{its.use.label}</ButtonLink>
          )}
          {permissions.extend && (
            <ExtendSubscription run={its.extend} onDone={loaded.reload} />
          )}
          {permissions.rotate && (
            <ReplaceKey
              run={its.replaceKey}
              onReplaced={done => {
                setRotation(done);
                loaded.reload();
              }}
            />
          )}
          {permissions.cancel && (
            <CancelSubscription {...its.cancel} onDone={loaded.reload} />
          )}
        </>
      }
    >
      {status === 'pending' && (
        <Alert status="info" icon title={its.pendingHint} />
      )}
      {replaced && (
        <NewKey
          rotation={replaced}
          fileName={its.keyFile}
          onStored={() => setRotation(undefined)}
        />
      )}
      {oldUntil && !replaced && <OldKeyUntil at={oldUntil} />}
      <SubscriptionFacts subscription={subscription} what={its.what} />
      <Section title={t('subscriptions.timeline')}>
        <History entries={history} />
      </Section>
    </Page>
  );
}
