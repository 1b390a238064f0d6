import { useCallback, useState } from 'react';
import { ErrorCode } from '@stoa/plugin-stoa-common';
import {
  Problem,
  toProblem,
  unwrap,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { useTenant } from '../frame/TenantContext';
import { Request } from './useRequests';

export type Decision =
  | { readonly kind: 'approve' }
  | { readonly kind: 'reject'; readonly reason: string };

export interface Failure {
  readonly request: Request;
  readonly problem: Problem;
}

const PATHS = {
  api: '/v1/subscriptions/tenant/{tenant_id}/decide',
  tools: '/v1/mcp/subscriptions/tenant/{tenant_id}/decide',
} as const;

/** How many the control plane takes at once. */
const MOST = 100;

/** Decides on many at once and says which did not work: each is its own decision. */
export function useDecisions() {
  const client = useStoaClient();
  const { id: tenant } = useTenant();
  const [pending, setPending] = useState(false);
  const [failures, setFailures] = useState<readonly Failure[]>([]);
  const decide = useCallback(
    async (requests: readonly Request[], decision: Decision) => {
      setPending(true);
      const failed: Failure[] = [];
      for (const { kind, part } of batches(requests)) {
        try {
          const { items } = await unwrap(
            client.POST(PATHS[kind], {
              params: { path: { tenant_id: tenant } },
              body: {
                decision: decision.kind,
                ids: part.map(({ id }) => id),
                reason:
                  decision.kind === 'reject' ? decision.reason : undefined,
              },
            }),
          );
          for (const { id, error } of items) {
            const request = part.find(one => one.id === id);
            if (request && error) {
              failed.push({ request, problem: problemOf(error) });
            }
          }
        } catch (error) {
          const problem = toProblem(error);
          failed.push(...part.map(request => ({ request, problem })));
        }
      }
      setFailures(failed);
      setPending(false);
      return failed;
    },
    [client, tenant],
  );
  return { decide, pending, failures };
}

/** Each kind is decided on by itself, and no more at a time than are taken. */
function batches(requests: readonly Request[]) {
  return (['api', 'tools'] as const).flatMap(kind => {
    const all = requests.filter(request => request.kind === kind);
    return Array.from({ length: Math.ceil(all.length / MOST) }, (_, n) => ({
      kind,
      part: all.slice(n * MOST, (n + 1) * MOST),
    }));
  });
}

/** The answer as a whole was a success, so one line of it has no status of its own. */
function problemOf(error: { code: string; message: string }): Problem {
  return new Problem({
    code: error.code as ErrorCode,
    message: error.message,
    status: 0,
  });
}
