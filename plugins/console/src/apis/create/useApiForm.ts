import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiForm, EMPTY_FORM, idFrom, versionFrom } from './form';
import { Report, useReport } from './useReport';

/**
 * The document and the details. What the document says fills the fields that
 * the reader has not touched.
 */
export function useApiForm(tenant: string) {
  const [definition, setDefinition] = useState('');
  const [values, setValues] = useState(EMPTY_FORM);
  const touched = useRef(new Set<keyof ApiForm>());
  const check = useReport(tenant, definition);

  const change = useCallback((changes: Partial<ApiForm>) => {
    for (const name of Object.keys(changes) as (keyof ApiForm)[]) {
      touched.current.add(name);
    }
    setValues(last => ({ ...last, ...changes }));
  }, []);

  const { report } = check;
  useEffect(() => {
    if (!report?.valid) return;
    setValues(last => {
      const suggested = suggestionsOf(report);
      const fresh = (Object.keys(suggested) as (keyof ApiForm)[]).filter(
        name => !touched.current.has(name),
      );
      return fresh.reduce<ApiForm>(
        (next, name) => ({ ...next, [name]: suggested[name] }),
        last,
      );
    });
  }, [report]);

  const dirty = definition !== '' || touched.current.size > 0;
  return { definition, setDefinition, values, change, check, dirty };
}

function suggestionsOf(report: Report): Partial<ApiForm> {
  const { title, version, description } = report;
  return {
    ...(title
      ? { displayName: title.slice(0, 100), apiId: idFrom(title) }
      : {}),
    ...(version ? { version: versionFrom(version) } : {}),
    ...(description ? { description: description.slice(0, 5000) } : {}),
  };
}
