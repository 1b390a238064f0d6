import { EVENT_TYPES, StoaError, StoaEvent } from '@stoa/plugin-stoa-common';

/** How the end of a deployment is called in the dotted spelling. */
const ENDS: Readonly<Record<string, string>> = {
  success: 'deployment.succeeded',
  failed: 'deployment.failed',
  cancelled: 'deployment.cancelled',
  rolled_back: 'deployment.rolled_back',
};

/** Every name that a webhook may ask for. */
const KNOWN: ReadonlySet<string> = new Set([
  ...EVENT_TYPES.flatMap(type =>
    type === 'deploy-result' ? [type] : namesOf({ event_type: type }),
  ),
  ...Object.values(ENDS),
]);

/**
 * What an event is called: its type, and the dotted spelling that other platforms
 * of this kind use (`subscription.key_rotated`, `deployment.succeeded`).
 */
export function namesOf(event: {
  event_type: string;
  payload?: StoaEvent['payload'];
}): string[] {
  const { event_type: type, payload } = event;
  if (type === 'deploy-request') return [type, 'deployment.started'];
  if (type === 'deploy-result') {
    const end = ENDS[String(payload?.status)];
    return end ? [type, end] : [type];
  }
  const [subject, ...rest] = type.split('-');
  return [type, `${subject}.${rest.join('_')}`];
}

/** Whether one of the patterns names the event. */
export function isAskedFor(
  patterns: readonly string[],
  event: StoaEvent,
): boolean {
  const names = namesOf(event);
  return patterns.some(pattern => names.some(name => matches(pattern, name)));
}

/**
 * `*` stands for any characters. Goes through the name once, whatever a stranger
 * wrote: a regular expression could be made to go back for ever.
 */
export function matches(pattern: string, name: string): boolean {
  const [head, ...parts] = pattern.split('*');
  const tail = parts.pop();
  if (tail === undefined) return pattern === name;
  if (!name.startsWith(head)) return false;
  let at = head.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - tail.length >= at && name.endsWith(tail);
}

/** Throws `stoa.validation` for what no event is called; answers each pattern once. */
export function checkPatterns(patterns: readonly string[]): string[] {
  const names = [...KNOWN];
  const strange = patterns.findIndex(
    pattern => !names.some(name => matches(pattern, name)),
  );
  if (strange >= 0) {
    const field = `events.${strange}`;
    const message = 'is not an event of the platform';
    throw new StoaError('stoa.validation', `${field}: ${message}`, {
      details: [{ field, message }],
    });
  }
  return [...new Set(patterns)];
}
