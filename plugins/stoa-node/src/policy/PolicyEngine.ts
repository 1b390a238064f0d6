import { Decision } from '@stoa/plugin-stoa-common';
import { PolicyInput } from './input';

/** Evaluates the compiled policy. Anything that fails is a deny, never a throw. */
export interface PolicyEngine {
  decide(input: PolicyInput): Promise<Decision>;
  /** True when a policy is loaded and answers; feeds readiness. */
  ready(): boolean;
}
