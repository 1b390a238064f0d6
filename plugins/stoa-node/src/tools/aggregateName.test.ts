import { isToolName } from '@stoa/plugin-stoa-common';
import { aggregateToolName } from './aggregateName';

describe('aggregateToolName', () => {
  it('joins tenant, server and tool', () => {
    expect(aggregateToolName('acme-corp', 'crm-tools', 'listCustomers')).toBe(
      'acme-corp__crm-tools__listCustomers',
    );
    const whole = aggregateToolName(
      'a'.repeat(20),
      'b'.repeat(20),
      'c'.repeat(20),
    );
    expect(whole).toHaveLength(64);
    expect(whole).toMatch(/c{20}$/);
  });

  it('cuts what is too long, always alike, and tells apart what is alike up to there', () => {
    const long = (end: string) =>
      aggregateToolName('acme-corp', 'crm-tools', `${'x'.repeat(60)}${end}`);
    expect(long('one')).toBe(long('one'));
    expect(long('one')).not.toBe(long('two'));
    expect(long('one')).toMatch(/^acme-corp__crm-tools__x+_[0-9a-f]{8}$/);
    expect(long('one')).toHaveLength(64);
    expect(isToolName(long('one'))).toBe(true);
  });
});
