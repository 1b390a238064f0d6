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
  if (decision.rule === 'own_request')
    return ownRequest(what === 'deployment' ? what : 'subscription');
  return new StoaError(
    'stoa.forbidden',
    `Refused by the rule "${decision.rule}".`,
    {
      details: { rule: decision.rule, missing: decision.missing },
    },
  );
}

const OWN_REQUEST = {
  deployment: [
    'stoa.deployment.own_request',
    'Nobody approves what they asked for themselves. Ask a second person.',
  ],
  subscription: [
    'stoa.subscription.own_request',
    'Nobody decides on their own request. Ask another administrator.',
  ],
  'tool call': [
    'stoa.approval.own_request',
    'Nobody approves their own call of a tool that may destroy. Ask another administrator.',
  ],
} as const;

/** Four eyes: who asked does not decide. */
export function ownRequest(
  what: 'deployment' | 'subscription' | 'tool call',
): StoaError {
  const [code, message] = OWN_REQUEST[what];
  return new StoaError(code, message);
}
