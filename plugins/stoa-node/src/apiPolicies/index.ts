export { BUILT_IN_POLICIES, DEFAULT_POLICIES } from './builtIn';
export {
  MAX_POLICIES,
  namesIn,
  type PolicyReference,
  readPolicies,
  resolvePolicies,
} from './resolve';
export {
  type PolicyStep,
  readStep,
  slotOf,
  type StepConfig,
  STEP_TYPES,
  type StepType,
} from './steps';
