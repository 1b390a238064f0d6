import { useEffect, useState } from 'react';
import { Schema } from '@stoa/plugin-stoa-common';
import {
  Problem,
  toProblem,
  unwrap,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { ToolProblem, ToolSetTool } from '../types';

/** Long enough not to ask for every tick of several, or letter of a word. */
const PAUSE_MS = 300;

export interface Preview {
  readonly tools: readonly ToolSetTool[];
  readonly problems: readonly ToolProblem[];
}

/**
 * What a model would see of a selection, asked again when it comes to rest.
 * Meanwhile the last answer stays. Without a selection there is none.
 */
export function usePreview(
  tenant: string,
  selection: Schema<'ToolSetPreview'> | undefined,
): {
  readonly preview?: Preview;
  readonly error?: Problem;
  readonly asking: boolean;
} {
  const client = useStoaClient();
  const key = selection && JSON.stringify(selection);
  const [state, setState] = useState<{
    of?: string;
    preview?: Preview;
    error?: Problem;
  }>({});
  useEffect(() => {
    if (key === undefined) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      unwrap(
        client.POST('/v1/tenants/{tenant_id}/toolsets/preview', {
          params: { path: { tenant_id: tenant } },
          body: JSON.parse(key),
          signal: abort.signal,
        }),
      ).then(
        preview => {
          if (!abort.signal.aborted) setState({ of: key, preview });
        },
        error => {
          if (!abort.signal.aborted) {
            setState({ of: key, error: toProblem(error) });
          }
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, tenant, key]);
  if (key === undefined) return { asking: false };
  return {
    preview: state.preview,
    error: state.error,
    asking: state.of !== key,
  };
}
