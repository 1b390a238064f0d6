import { useCallback, useState } from 'react';
import {
  Problem,
  toProblem,
  unwrap,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { Request } from './useRequests';

export type Decision =
  | { readonly kind: 'approve' }
  | { readonly kind: 'reject'; readonly reason: string };

export interface Failure {
  readonly request: Request;
  readonly problem: Problem;
}

const PATHS = {
  api: '/v1/subscriptions/{subscription_id}',
  tools: '/v1/mcp/subscriptions/{subscription_id}',
} as const;

/** Decides one after the other and says which did not work: each is its own decision. */
export function useDecisions() {
  const client = useStoaClient();
  const [pending, setPending] = useState(false);
  const [failures, setFailures] = useState<readonly Failure[]>([]);
  const decide = useCallback(
    async (requests: readonly Request[], decision: Decision) => {
      setPending(true);
      const failed: Failure[] = [];
      for (const request of requests) {
        const params = { path: { subscription_id: request.id } };
        const path = PATHS[request.kind];
        try {
          await unwrap<unknown>(
            decision.kind === 'approve'
              ? client.POST(`${path}/approve`, { params })
              : client.POST(`${path}/reject`, {
                  params,
                  body: { reason: decision.reason },
                }),
          );
        } catch (error) {
          failed.push({ request, problem: toProblem(error) });
        }
      }
      setFailures(failed);
      setPending(false);
      return failed;
    },
    [client],
  );
  return { decide, pending, failures };
}
