import { StoaError } from '@stoa/plugin-stoa-common';
import { PolicyStep, readStep, slotOf } from './steps';

/** As a manifest has it: the name of a policy, or a step written in place. */
export type PolicyReference =
  | string
  | {
      readonly type: string;
      readonly config?: { readonly [setting: string]: unknown };
    };

/** More would be a program. */
export const MAX_POLICIES = 30;

/**
 * The steps of an API: those of its tenant, where the API has none in the same slot,
 * then its own, in their order. Throws `stoa.validation` naming the field for a policy
 * that `named` does not know, a wrong step, or two steps for one slot in one list.
 */
export function resolvePolicies(options: {
  readonly tenant: readonly PolicyReference[];
  readonly api: readonly PolicyReference[];
  readonly named: (name: string) => PolicyStep | undefined;
}): PolicyStep[] {
  const { named } = options;
  const own = readPolicies(options.api, { field: 'policies', named });
  const slots = new Set(own.map(slotOf));
  const inherited = readPolicies(options.tenant, {
    field: 'default_policies',
    named,
  });
  return [...inherited.filter(step => !slots.has(slotOf(step))), ...own];
}

/** The steps of one list; throws as `resolvePolicies`. */
export function readPolicies(
  references: readonly PolicyReference[],
  options: {
    readonly field: string;
    readonly named: (name: string) => PolicyStep | undefined;
  },
): PolicyStep[] {
  const { field, named } = options;
  const taken = new Map<string, number>();
  return references.map((reference, index) => {
    const path = `${field}.${index}`;
    const step =
      typeof reference === 'string'
        ? named(reference)
        : readStep(reference, path);
    if (!step) {
      throw wrong(
        path,
        `there is no policy "${String(reference).slice(0, 63)}"`,
      );
    }
    const before = taken.get(slotOf(step));
    if (before !== undefined) {
      throw wrong(path, `says the same thing as ${field}.${before} again`);
    }
    taken.set(slotOf(step), index);
    return step;
  });
}

/** Names of the policies that a list refers to. */
export function namesIn(references: readonly PolicyReference[]): string[] {
  return references.filter(
    (entry): entry is string => typeof entry === 'string',
  );
}

function wrong(field: string, message: string): StoaError {
  return new StoaError('stoa.validation', `${field}: ${message}`, {
    details: [{ field, message }],
  });
}
