import { useCallback, useState } from 'react';
import {
  Problem,
  toProblem,
  unwrap,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { Subscription } from '../apis/types';

export type Decision =
  | { readonly kind: 'approve' }
  | { readonly kind: 'reject'; readonly reason: string };

export interface Failure {
  readonly subscription: Subscription;
  readonly problem: Problem;
}

/** Decides one after the other and says which did not work: each is its own decision. */
export function useDecisions() {
  const client = useStoaClient();
  const [pending, setPending] = useState(false);
  const [failures, setFailures] = useState<readonly Failure[]>([]);
  const decide = useCallback(
    async (subscriptions: readonly Subscription[], decision: Decision) => {
      setPending(true);
      const failed: Failure[] = [];
      for (const subscription of subscriptions) {
        const params = { path: { subscription_id: subscription.id } };
        try {
          await unwrap(
            decision.kind === 'approve'
              ? client.POST('/v1/subscriptions/{subscription_id}/approve', {
                  params,
                })
              : client.POST('/v1/subscriptions/{subscription_id}/reject', {
                  params,
                  body: { reason: decision.reason },
                }),
          );
        } catch (error) {
          failed.push({ subscription, problem: toProblem(error) });
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
