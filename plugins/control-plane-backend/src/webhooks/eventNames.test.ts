import { StoaEvent } from '@stoa/plugin-stoa-common';
import { checkPatterns, isAskedFor, matches } from './eventNames';

const event = (type: string, payload = {}) =>
  ({ event_type: type, payload } as StoaEvent);

it.each([
  ['*', 'api-created', true],
  ['deploy-*', 'deploy-result', true],
  ['deploy-*', 'deployment-approval-requested', false],
  ['*-created', 'api-created', true],
  ['*-created', 'api-created-not', false],
  ['a*p*-*d', 'api-created', true],
  ['a**d', 'api-created', true],
  ['ab*ba', 'aba', false],
  ['api', 'api-created', false],
  ['api-created', 'api-created', true],
  ['api.created', 'api-created', false],
  ['', 'api-created', false],
])('%j and %s: %s', (pattern, name, expected) => {
  expect(matches(pattern, name)).toBe(expected);
});

it('decides at once about a pattern made to take long', () => {
  const started = Date.now();
  expect(matches(`${'a*'.repeat(5_000)}b`, 'a'.repeat(10_000))).toBe(false);
  expect(Date.now() - started).toBeLessThan(1_000);
});

it.each([
  ['subscription-created', 'subscription.created', {}],
  ['subscription-key-rotated', 'subscription.key_rotated', {}],
  ['deploy-request', 'deployment.started', {}],
  ['deploy-result', 'deployment.succeeded', { status: 'success' }],
  ['deploy-result', 'deployment.failed', { status: 'failed' }],
  ['deploy-result', 'deployment.rolled_back', { status: 'rolled_back' }],
])('%s is also called %s', (type, dotted, payload) => {
  const happened = event(type, payload);
  for (const pattern of [type, dotted, '*', `${dotted.slice(0, 4)}*`]) {
    expect(isAskedFor(['nothing', pattern], happened)).toBe(true);
    expect(checkPatterns([pattern, pattern])).toEqual([pattern]);
  }
  expect(isAskedFor(['deployment.cancelled', 'api-*'], happened)).toBe(false);
});

it.each(['subscription-creatd', 'x-*', 'created', '', 'deploy-result ', '.*'])(
  'knows no event %j',
  pattern => {
    expect(() => checkPatterns(['*', pattern])).toThrow(
      'events.1: is not an event of the platform',
    );
  },
);
