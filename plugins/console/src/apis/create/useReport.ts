import { useEffect, useState } from 'react';
import { Schema } from '@stoa/plugin-stoa-common';
import {
  Problem,
  toProblem,
  unwrap,
  useStoaClient,
} from '@stoa/plugin-stoa-react';

export type Report = Schema<'DefinitionReport'>;

/** Long enough not to judge a half typed line. */
const TYPING_MS = 500;

/** What the control plane says about a document, asked again when typing pauses. */
export function useReport(tenant: string, definition: string) {
  const client = useStoaClient();
  const [state, setState] = useState<{
    of?: string;
    report?: Report;
    error?: Problem;
  }>({});
  useEffect(() => {
    if (!definition.trim()) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      unwrap(
        client.POST('/v1/tenants/{tenant_id}/apis/validate', {
          params: { path: { tenant_id: tenant } },
          body: { definition },
          signal: abort.signal,
        }),
      ).then(
        report => {
          if (!abort.signal.aborted) setState({ of: definition, report });
        },
        error => {
          if (!abort.signal.aborted) {
            setState({ of: definition, error: toProblem(error) });
          }
        },
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, tenant, definition]);
  const empty = !definition.trim();
  return {
    /** The last report; while checking it may be about the text before. */
    report: empty ? undefined : state.report,
    error: empty ? undefined : state.error,
    checking: !empty && state.of !== definition,
  };
}
