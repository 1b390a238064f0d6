import { Link, useSidebarOpenState } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { shellTranslationRef } from '../translations/ref';
import { Mark } from './Mark';
import styles from './nav.module.css';

export function Brand() {
  const { t } = useTranslationRef(shellTranslationRef);
  const { isOpen } = useSidebarOpenState();
  return (
    <Link
      to="/"
      underline="none"
      className={styles.brand}
      aria-label={`STOA, ${t('nav.home')}`}
    >
      <Mark size={28} />
      {isOpen && <span className={styles.name}>STOA</span>}
    </Link>
  );
}
