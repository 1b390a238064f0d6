import { useMemo, useState } from 'react';
import { Button, ButtonLink, SearchField, Skeleton } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  EmptyState,
  ErrorPanel,
  Section,
  stoaTranslationRef,
  ToolEntries,
  ToolEntry,
  useUrlState,
} from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { ServerAbout } from './ServerAbout';
import { McpTool, ServerDetails, useServerTools } from './useServer';

/** Fewer tools than this are seen at a glance. */
const FILTER_FROM = 8;

/** What the server is for, and each of its tools, opening to what a model is told of it. */
export function ServerTools({ server }: { readonly server: ServerDetails }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  return (
    <>
      <ServerAbout server={server} />
      <Section title={t('server.tools')}>
        <Tools server={server} />
      </Section>
    </>
  );
}

function Tools({ server }: { readonly server: ServerDetails }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const tools = useServerTools(server.id);
  const [open, setOpen] = useUrlState('tool');
  const [filter, setFilter] = useState('');
  const shown = useMemo(
    () => tools.data?.filter(tool => matches(tool, filter)),
    [tools.data, filter],
  );
  if (tools.error && !tools.data) {
    return <ErrorPanel error={tools.error} onRetry={tools.reload} />;
  }
  if (!tools.data || !shown) return <Skeleton width="100%" height={160} />;
  if (tools.data.length === 0) return <EmptyState title={t('server.empty')} />;
  return (
    <>
      {tools.data.length >= FILTER_FROM && (
        <SearchField
          aria-label={t('tools.search')}
          placeholder={shared('common.filter')}
          size="small"
          value={filter}
          onChange={setFilter}
        />
      )}
      {shown.length === 0 && (
        <EmptyState title={shared('common.noMatch', { filter })} />
      )}
      <ToolEntries label={t('server.tools')}>
        {shown.map(tool => (
          <ToolEntry
            key={tool.name}
            tool={tool}
            isOpen={open === tool.name}
            onToggle={isOpen => setOpen(isOpen ? tool.name : '')}
          >
            <div>
              <ButtonLink
                size="small"
                variant="secondary"
                href={paths.tool(server.id, tool.name)}
              >
                {t('tool.try')}
              </ButtonLink>
            </div>
          </ToolEntry>
        ))}
      </ToolEntries>
      {tools.hasMore && (
        <div>
          <Button
            variant="secondary"
            isPending={tools.loading}
            onPress={tools.more}
          >
            {shared('common.loadMore')}
          </Button>
        </div>
      )}
    </>
  );
}

function matches(tool: McpTool, filter: string): boolean {
  const text = `${tool.name} ${tool.title ?? ''} ${
    tool.description
  }`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}
