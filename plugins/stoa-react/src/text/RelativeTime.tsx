import { useEffect, useState } from 'react';
import { DateTime } from 'luxon';
import { useLocale } from '../i18n/useLocale';
import styles from './text.module.css';

const REFRESH_MS = 30_000;

/** “3 minutes ago” in the reader's language; the exact time on hover. */
export function RelativeTime(props: { readonly at: string }) {
  const locale = useLocale();
  const [, refresh] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => refresh(n => n + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const time = DateTime.fromISO(props.at).setLocale(locale);
  if (!time.isValid) return null;
  return (
    <time
      className={styles.time}
      dateTime={props.at}
      title={time.toLocaleString(DateTime.DATETIME_FULL_WITH_SECONDS)}
    >
      {time.toRelative()}
    </time>
  );
}
