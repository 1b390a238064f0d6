import { ButtonLink, Link, Text } from '@backstage/ui';
import {
  configApiRef,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import {
  CopyableCode,
  EmptyState,
  Facts,
  RelativeTime,
  Section,
  ToolEntries,
  ToolEntry,
  useUrlState,
} from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../../i18n/ref';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { paths } from '../../paths';
import { ToolSetDetail } from '../types';
import styles from '../edit/edit.module.css';

/** Where it is, what it is made of, and its tools as a model is told of them. */
export function ToolSetOverview(props: { readonly toolSet: ToolSetDetail }) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const base = useApi(configApiRef)
    .getString('backend.baseUrl')
    .replace(/\/$/, '');
  const { toolSet } = props;
  return (
    <>
      <Section title={t('detail.about')}>
        {toolSet.description && (
          <Text as="p" style={{ whiteSpace: 'pre-line' }}>
            {toolSet.description}
          </Text>
        )}
        <About toolSet={toolSet} />
        <CopyableCode
          label={t('detail.address')}
          code={`${base}${toolSet.path}`}
        />
      </Section>
      <Section title={t('seen.title')}>
        <Tools toolSet={toolSet} />
      </Section>
    </>
  );
}

function About({ toolSet }: { readonly toolSet: ToolSetDetail }) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { t: common } = useTranslationRef(consoleTranslationRef);
  const { api_id: api, tenant_id: tenant, version } = toolSet;
  return (
    <Facts
      items={[
        {
          label: common('apis.id'),
          value: <code>{toolSet.toolset_id}</code>,
        },
        {
          label: t('list.api'),
          value: (
            <>
              <Link href={paths.api(tenant, api)}>
                {toolSet.api_name ?? api}
              </Link>{' '}
              {version}
              {!toolSet.version_pinned && ` (${t('detail.follows')})`}
            </>
          ),
        },
        {
          label: common('api.environment'),
          value: toolSet.environment ?? '–',
        },
        {
          label: common('apis.visibility'),
          value: common(`apis.${toolSet.visibility}`),
        },
        {
          label: common('api.plans'),
          value: toolSet.plans.join(', ') || common('api.noPlans'),
        },
        {
          label: t('detail.operations'),
          value: toolSet.operations
            ? t('detail.chosen', { count: toolSet.operations.length })
            : t('detail.all'),
        },
        {
          label: t('list.changed'),
          value: <RelativeTime at={toolSet.updated_at} />,
        },
      ]}
    />
  );
}

function Tools({ toolSet }: { readonly toolSet: ToolSetDetail }) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const [open, setOpen] = useUrlState('tool');
  if (toolSet.tools.length === 0) {
    return <EmptyState title={t('detail.noTools')} />;
  }
  return (
    <>
      <Text as="p" color="secondary">
        {t('detail.names', {
          prefix: `${toolSet.tenant_id}__${toolSet.toolset_id}__`,
        })}
      </Text>
      <ToolEntries label={t('seen.title')}>
        {toolSet.tools.map(tool => (
          <ToolEntry
            key={tool.name}
            tool={tool}
            isOpen={open === tool.name}
            onToggle={isOpen => setOpen(isOpen ? tool.name : '')}
            note={
              <span className={styles.operation}>
                {tool.method} {tool.path}
              </span>
            }
          >
            {toolSet.status === 'active' && toolSet.deployed && (
              <div>
                <ButtonLink
                  size="small"
                  variant="secondary"
                  href={`/portal/tools/${toolSet.id}/${tool.name}`}
                >
                  {t('detail.try')}
                </ButtonLink>
              </div>
            )}
          </ToolEntry>
        ))}
      </ToolEntries>
    </>
  );
}
