import { useEffect } from 'react';
import { useLocale } from '@stoa/plugin-stoa-react';

/** Tells the browser and screen readers which language the page is in. */
export function DocumentLanguage() {
  const language = useLocale();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return null;
}
