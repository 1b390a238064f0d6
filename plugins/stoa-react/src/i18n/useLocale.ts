import { useEffect, useState } from 'react';
import { appLanguageApiRef, useApi } from '@backstage/frontend-plugin-api';

/** The language the reader chose, such as `fr`, for dates and numbers. */
export function useLocale(): string {
  const api = useApi(appLanguageApiRef);
  const [language, setLanguage] = useState(() => api.getLanguage().language);
  useEffect(() => {
    const subscription = api
      .language$()
      .subscribe(({ language: next }) => setLanguage(next));
    return () => subscription.unsubscribe();
  }, [api]);
  return language;
}
