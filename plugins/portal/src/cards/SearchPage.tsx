import { ReactNode } from 'react';
import { Button, SearchField } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useLocation, useNavigate } from 'react-router-dom';
import { EmptyState, Page, Pages } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { CardList } from './CardList';
import styles from './cards.module.css';

/** A page to find things on: a search that answers as one types, filters beside it, a card for each thing found. */
export function SearchPage<T extends { readonly id: string }>(props: {
  readonly title: string;
  readonly description: string;
  readonly actions?: ReactNode;
  readonly label: string;
  readonly placeholder: string;
  readonly typed: string;
  readonly setTyped: (typed: string) => void;
  readonly filters: ReactNode;
  readonly results: string;
  readonly pages: Pages<T>;
  readonly card: (item: T) => ReactNode;
  /** Whether the search or a filter leaves something out. */
  readonly filtered: boolean;
  /** Said when nothing matches. */
  readonly none: string;
  /** In place of the cards while there is nothing at all. */
  readonly empty: ReactNode;
}) {
  const { typed, setTyped } = props;
  return (
    <Page
      title={props.title}
      description={props.description}
      actions={props.actions}
    >
      <div role="search" className={styles.bar}>
        <SearchField
          label={props.label}
          placeholder={props.placeholder}
          size="small"
          className={styles.search}
          value={typed}
          onChange={setTyped}
        />
        {props.filters}
      </div>
      <CardList
        label={props.results}
        pages={props.pages}
        card={props.card}
        empty={
          props.filtered ? (
            <NoMatch title={props.none} onClear={() => setTyped('')} />
          ) : (
            props.empty
          )
        }
      />
    </Page>
  );
}

function NoMatch(props: {
  readonly title: string;
  readonly onClear: () => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { pathname } = useLocation();
  const navigate = useNavigate();
  return (
    <EmptyState
      title={props.title}
      action={
        <Button
          variant="secondary"
          onPress={() => {
            props.onClear();
            navigate(pathname, { replace: true });
          }}
        >
          {t('catalogue.clear')}
        </Button>
      }
    >
      {t('catalogue.noneHint')}
    </EmptyState>
  );
}
