import { useMemo } from 'react';
import { Button, Checkbox, SearchField, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EmptyState, useLocale, useUrlState } from '@stoa/plugin-stoa-react';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { OperationList } from './OperationList';
import { filtered, Operation, toggled } from './operations';
import styles from './pick.module.css';

/** Which operations become tools: ticked one by one, all that a filter finds, or simply all. */
export function OperationPicker(props: {
  readonly operations: readonly Operation[];
  /** All, those to come included; then nothing is ticked by hand. */
  readonly all: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onAll: (all: boolean) => void;
  readonly onSelected: (selected: ReadonlySet<string>) => void;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const number = new Intl.NumberFormat(useLocale());
  const [filter, setFilter] = useUrlState('filter');
  const { operations, all, selected } = props;
  const shown = useMemo(
    () => filtered(operations, filter),
    [operations, filter],
  );
  const keys = useMemo(
    () => new Set(operations.map(({ key }) => key)),
    [operations],
  );
  const isTicked = (key: string) => all || selected.has(key);
  const ticked = operations.filter(({ key }) => isTicked(key)).length;
  const allShown = shown.length > 0 && shown.every(({ key }) => isTicked(key));
  const gone = [...selected].filter(key => !keys.has(key));
  // In the order of the document, so that a tick more is a line more in Git.
  const select = (next: ReadonlySet<string>) =>
    props.onSelected(new Set([...keys, ...gone].filter(key => next.has(key))));
  return (
    <>
      <Checkbox isSelected={all} onChange={props.onAll}>
        {t('pick.everything')}
      </Checkbox>
      <div className={styles.bar}>
        <SearchField
          aria-label={t('pick.filter')}
          placeholder={t('pick.filter')}
          size="small"
          className={styles.filter}
          value={filter}
          onChange={setFilter}
        />
        <Button
          size="small"
          variant="secondary"
          isDisabled={all || shown.length === 0}
          onPress={() =>
            select(
              toggled(
                selected,
                shown.map(({ key }) => key),
              ),
            )
          }
        >
          {allShown
            ? t('pick.none', { n: number.format(shown.length) })
            : t('pick.all', { n: number.format(shown.length) })}
        </Button>
      </div>
      {shown.length === 0 ? (
        <EmptyState title={t('pick.noMatch')} />
      ) : (
        <OperationList
          label={t('pick.label')}
          operations={shown}
          selected={all ? keys : selected}
          isDisabled={all}
          onToggle={key => select(toggled(selected, [key]))}
        />
      )}
      <Text as="p" variant="body-small" color="secondary" aria-live="polite">
        {t('pick.count', {
          n: number.format(ticked),
          of: number.format(operations.length),
        })}
      </Text>
      {gone.length > 0 && (
        <Text as="p" variant="body-small" color="warning">
          {t('pick.gone', { operations: gone.join(', ') })}{' '}
          <Button
            size="small"
            variant="tertiary"
            onPress={() => select(toggled(selected, gone))}
          >
            {t('pick.forget')}
          </Button>
        </Text>
      )}
    </>
  );
}
