import { useSidebarOpenState } from '@backstage/core-components';
import styles from './nav.module.css';

/** The title above a group of entries; a line while the sidebar is narrow. */
export function GroupTitle(props: { readonly title: string }) {
  const { isOpen } = useSidebarOpenState();
  return isOpen ? (
    <span className={styles.group}>{props.title}</span>
  ) : (
    <hr className={styles.line} />
  );
}
