import { useSearchParams } from 'react-router-dom';

export const STEPS = ['application', 'plan', 'confirm'] as const;
export type Step = (typeof STEPS)[number];

/** Where one is in the wizard and what was chosen so far; all of it is in the address. */
export function useWizard() {
  const [params, setParams] = useSearchParams();
  const application = params.get('application') ?? undefined;
  const plan = params.get('plan') ?? undefined;
  const step = reachable(params.get('step'), { application, plan });
  const set = (changes: Record<string, string>) =>
    setParams(current => {
      const next = new URLSearchParams(current);
      for (const [name, value] of Object.entries(changes)) {
        next.set(name, value);
      }
      return next;
    });
  return { step, application, plan, set };
}

/** A link to a later step without what comes before it leads to what is missing. */
function reachable(
  wanted: string | null,
  chosen: { application?: string; plan?: string },
): Step {
  if (!chosen.application || wanted === 'application') return 'application';
  if (wanted === 'confirm' && chosen.plan) return 'confirm';
  return wanted === null ? 'application' : 'plan';
}
