import { GATEWAY_PREFIX } from './address';
import { Forwarded } from './forwarded';
import { responseHeaders } from './headers';
import { publicLocation } from './target';

/** Header fields for the caller of a call, made from a backend's; `own` gives the gateway's. */
export function answerFields(
  { route, plan, path, visit }: Forwarded,
  own: () => Readonly<Record<string, string>>,
): (raw: readonly string[], status: number) => string[] {
  const prefix = `${GATEWAY_PREFIX}/${route.key}`;
  return (raw, status) =>
    responseHeaders(raw, {
      status,
      own: visit ? { ...own(), 'cache-status': visit.status } : own(),
      rules: plan.responseFields,
      location: location =>
        publicLocation(location, { ...route, prefix, path }),
    });
}
