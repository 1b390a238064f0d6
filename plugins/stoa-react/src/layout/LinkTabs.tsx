import { Link } from '@backstage/ui';
import { useLocation } from 'react-router-dom';
import styles from './LinkTabs.module.css';

export interface LinkTab {
  readonly label: string;
  readonly href: string;
  /** Current also when the address goes on below `href`. */
  readonly prefix?: boolean;
}

/** Parts of a page that are addresses of their own: navigation in the look of tabs. */
export function LinkTabs(props: {
  readonly label: string;
  readonly tabs: readonly LinkTab[];
}) {
  const { pathname } = useLocation();
  const isCurrent = ({ href, prefix }: LinkTab) =>
    pathname === href || (prefix && pathname.startsWith(`${href}/`));
  return (
    <nav aria-label={props.label} className={styles.nav}>
      <ul className={styles.list}>
        {props.tabs.map(tab => (
          <li key={tab.href}>
            <Link
              href={tab.href}
              standalone
              className={styles.tab}
              aria-current={isCurrent(tab) ? 'page' : undefined}
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
