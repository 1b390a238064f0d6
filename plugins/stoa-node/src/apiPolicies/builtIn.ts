import { PolicyStep, readStep } from './steps';

/**
 * Policies that are there before anybody writes one; a file of the same name in
 * `webmethods/policies/` takes the place of its own.
 */
export const BUILT_IN_POLICIES: Readonly<
  Record<string, { readonly description: string; readonly step: PolicyStep }>
> = {
  'jwt-validation': {
    description: 'Access tokens of the identity provider, or API keys',
    step: readStep({ type: 'jwt-validation' }, 'jwt-validation'),
  },
  'rate-limit-standard': {
    description: 'As many calls as the plan of the subscription allows',
    step: readStep({ type: 'rate-limit' }, 'rate-limit-standard'),
  },
  'cors-platform': {
    description: 'Pages of any origin may call, without cookies',
    step: readStep({ type: 'cors' }, 'cors-platform'),
  },
  'logging-standard': {
    description: 'Failures, and one in ten of the calls that went well',
    step: readStep(
      { type: 'logging', config: { sampling: 0.1 } },
      'logging-standard',
    ),
  },
};

/** What a new tenant's manifest names. */
export const DEFAULT_POLICIES: readonly string[] =
  Object.keys(BUILT_IN_POLICIES);
