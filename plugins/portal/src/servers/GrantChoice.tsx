import { useState } from 'react';
import {
  Button,
  Checkbox,
  CheckboxGroup,
  Radio,
  RadioGroup,
  SearchField,
  Skeleton,
  Text,
} from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ErrorPanel, stoaTranslationRef } from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { ServerDetails, useServerTools } from './useServer';
import styles from './servers.module.css';

const FILTER_FROM = 12;

/** All tools of the server, or only the ticked ones. */
export function GrantChoice(props: {
  readonly server: ServerDetails;
  /** Nothing means all. */
  readonly chosen: readonly string[] | undefined;
  readonly onChosen: (tools: readonly string[] | undefined) => void;
}) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { chosen, onChosen } = props;
  return (
    <>
      <RadioGroup
        aria-label={t('subscribe.whichTools')}
        value={chosen ? 'some' : 'all'}
        onChange={value => onChosen(value === 'some' ? [] : undefined)}
      >
        <Radio value="all">
          {t('subscribe.all', { count: props.server.tool_count })}
        </Radio>
        <Radio value="some">{t('subscribe.some')}</Radio>
      </RadioGroup>
      {chosen && (
        <Ticks server={props.server} chosen={chosen} onChosen={onChosen} />
      )}
    </>
  );
}

function Ticks(props: {
  readonly server: ServerDetails;
  readonly chosen: readonly string[];
  readonly onChosen: (tools: readonly string[]) => void;
}) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const tools = useServerTools(props.server.id);
  const [filter, setFilter] = useState('');
  if (tools.error && !tools.data) {
    return <ErrorPanel error={tools.error} onRetry={tools.reload} />;
  }
  if (!tools.data) return <Skeleton width="100%" height={120} />;
  const shown = tools.data.filter(({ name, title = '' }) =>
    `${name} ${title}`.toLowerCase().includes(filter.trim().toLowerCase()),
  );
  const hidden = props.chosen.filter(
    name => !shown.some(tool => tool.name === name),
  );
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
      <CheckboxGroup
        aria-label={t('subscribe.some')}
        className={styles.ticks}
        value={[...props.chosen]}
        onChange={value => props.onChosen([...new Set([...hidden, ...value])])}
      >
        {shown.map(tool => (
          <Checkbox key={tool.name} value={tool.name}>
            <code>{tool.name}</code>
            {tool.title && (
              <Text color="secondary" className={styles.tickTitle}>
                {tool.title}
              </Text>
            )}
          </Checkbox>
        ))}
      </CheckboxGroup>
      {tools.hasMore && (
        <div>
          <Button
            variant="secondary"
            size="small"
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
