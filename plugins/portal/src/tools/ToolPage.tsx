import { Link, Skeleton } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useParams } from 'react-router-dom';
import {
  CopyableId,
  ErrorPanel,
  Facts,
  Hints,
  Page,
  Section,
  ToolView,
} from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { TrySection } from './try/TrySection';
import { ToolOfServer, useTool } from './useTool';
import styles from './tools.module.css';

/** What one tool is like, as a model sees it, and trying it. */
export function ToolPage() {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { server: serverId = '', tool: name = '' } = useParams();
  const loaded = useTool(serverId, name);
  const crumbs = [{ label: t('tools.title'), href: paths.tools() }];
  if (!loaded.data) {
    return (
      <Page title={name} crumbs={crumbs}>
        {loaded.error ? (
          <ErrorPanel error={loaded.error} onRetry={loaded.reload} />
        ) : (
          <Skeleton width="100%" height={320} />
        )}
      </Page>
    );
  }
  const { server, tool } = loaded.data;
  return (
    <Page
      title={tool.title ?? tool.name}
      crumbs={[
        ...crumbs,
        { label: server.display_name, href: paths.server(server.id) },
      ]}
      badges={<Hints tool={tool} />}
    >
      <div className={styles.columns}>
        <Section title={t('tool.seen')}>
          <Names {...loaded.data} />
          <ToolView tool={tool} />
        </Section>
        <TrySection key={tool.full_name} {...loaded.data} />
      </div>
    </Page>
  );
}

function Names({ server, tool }: ToolOfServer) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  return (
    <Facts
      items={[
        { label: t('tool.name'), value: <CopyableId id={tool.name} /> },
        {
          label: t('tool.server'),
          value: (
            <Link href={paths.server(server.id)}>{server.display_name}</Link>
          ),
        },
        {
          label: t('tool.fullName'),
          value: <CopyableId id={tool.full_name} />,
        },
      ]}
    />
  );
}
