import { ButtonLink, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EmptyState, Section, useMe } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../../i18n/ref';
import { portalToolTranslationRef } from '../../i18n/tools/ref';
import { paths } from '../../paths';
import { ToolOfServer } from '../useTool';
import { obstacleOf } from './obstacle';
import { TryForm } from './TryForm';

/** The form for those who may call the tool; for others, why not and what to do about it. */
export function TrySection({ server, tool }: ToolOfServer) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { data: me } = useMe();
  const isMember = me?.tenants.some(({ id }) => id === server.tenant_id);
  const obstacle = obstacleOf(server, tool, isMember ?? false);
  return (
    <Section title={t('tool.try')}>
      {obstacle ? (
        <EmptyState
          title={t(`obstacle.${obstacle}`)}
          action={<WayOut server={server} obstacle={obstacle} />}
        >
          {t(`obstacle.${obstacle}Hint`)}
        </EmptyState>
      ) : (
        <>
          <Text as="p" color="secondary">
            {t('try.hint')}
          </Text>
          <TryForm tool={tool} />
        </>
      )}
    </Section>
  );
}

function WayOut(props: {
  readonly server: ToolOfServer['server'];
  readonly obstacle: NonNullable<ReturnType<typeof obstacleOf>>;
}) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const { server, obstacle } = props;
  if (server.subscription) {
    return (
      <ButtonLink
        variant="secondary"
        href={paths.toolSubscription(server.subscription.id)}
      >
        {t('server.mySubscription')}
      </ButtonLink>
    );
  }
  return obstacle === 'none' && server.permissions.subscribe ? (
    <ButtonLink href={paths.subscribeServer(server.id)}>
      {portal('api.subscribe')}
    </ButtonLink>
  ) : null;
}
