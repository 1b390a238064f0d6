import { Decision, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { PolicyResource } from '@stoa/plugin-stoa-node';
import { Actor } from '../database/UnitOfWork';

/** Called for every refusal of the policy. */
export type OnDenied = (
  actor: Actor,
  action: string,
  resource: PolicyResource,
  rule: string,
) => Promise<void>;

/** Someone else's things do not exist: the same answer as for an unknown one. */
export function refusal(decision: Decision, what: string): StoaError {
  if (decision.rule === 'foreign') return notFound(what);
  if (decision.rule === 'own_request') return ownRequest(what);
  return new StoaError(
    'stoa.forbidden',
    `Refused by the rule "${decision.rule}".`,
    {
      details: { rule: decision.rule, missing: decision.missing },
    },
  );
}

/** Four eyes: who asked does not decide. */
export function ownRequest(what: string): StoaError {
  return what === 'deployment'
    ? new StoaError(
        'stoa.deployment.own_request',
        'Nobody approves what they asked for themselves. Ask a second person.',
      )
    : new StoaError(
        'stoa.subscription.own_request',
        'Nobody decides on their own request. Ask another administrator.',
      );
}
