import { Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  CodeBlock,
  ErrorPanel,
  LIVE,
  Section,
  unwrap,
  useLive,
  usePages,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { Deployment } from '../apis/types';
import { consoleTranslationRef } from '../i18n/ref';
import { isMoving, MOVING_MS } from './moving';

const PAGE_SIZE = 100;

/** What was said while a deployment was carried out, as it was said. */
export function Logs(props: { readonly deployment: Deployment }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const client = useStoaClient();
  const { deployment } = props;
  // Asked again when it ends: its last lines are written then.
  const lines = usePages(
    `logs/${deployment.id}/${deployment.status}`,
    (cursor, signal) =>
      unwrap(
        client.GET('/v1/deployments/{deployment_id}/logs', {
          params: {
            path: { deployment_id: deployment.id },
            query: { limit: PAGE_SIZE, cursor },
          },
          signal,
        }),
      ),
  );
  useLive(
    LIVE.deployments,
    lines.reload,
    isMoving(deployment) ? { everyMs: MOVING_MS } : undefined,
  );
  if (!lines.data && !lines.error) return null;
  return (
    <Section title={t('deployments.log')}>
      {lines.error && <ErrorPanel error={lines.error} onRetry={lines.reload} />}
      {lines.data?.length === 0 && (
        <Text color="secondary">{t('deployments.noLog')}</Text>
      )}
      {lines.data && lines.data.length > 0 && (
        <CodeBlock
          label={t('deployments.log')}
          code={lines.data
            .map(line =>
              [line.at, line.level, line.step, line.message]
                .filter(Boolean)
                .join('  '),
            )
            .join('\n')}
        />
      )}
      {lines.hasMore && (
        <Button variant="secondary" onPress={lines.more}>
          {t('deployments.moreLog')}
        </Button>
      )}
    </Section>
  );
}
