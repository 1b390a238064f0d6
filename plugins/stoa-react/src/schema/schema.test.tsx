import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { ArgumentsTable } from './ArgumentsTable';
import { constraintsOf } from './constraints';
import { resolverOf } from './resolve';
import { propertiesOf, typeName } from './types';

const SCHEMA = {
  type: 'object',
  required: ['customer_id', 'lines'],
  properties: {
    customer_id: { type: 'string', description: 'Whose order', maxLength: 1 },
    limit: { type: 'integer', minimum: 0, maximum: 100, default: 20 },
    lines: { type: 'array', items: { $ref: '#/$defs/Line' } },
  },
  $defs: {
    Line: {
      type: 'object',
      required: ['sku'],
      properties: {
        sku: { type: ['string', 'null'] },
        parent: { $ref: '#/$defs/Line', description: 'What it belongs to' },
      },
    },
    Loop: { $ref: '#/$defs/Loop' },
    Nested: { type: 'array', items: { $ref: '#/$defs/Nested' } },
  },
};

describe('schemas', () => {
  it('shows arguments with types, demands and parts, also of a schema that contains itself', async () => {
    const user = userEvent.setup();
    renderInTestApp(<ArgumentsTable schema={SCHEMA} />);
    const table = await screen.findByRole('table');
    const row = (name: RegExp) => within(table).getByRole('row', { name });
    expect(row(/customer_id/)).toHaveTextContent(
      'customer_idrequiredstringWhose orderat most 1 character',
    );
    expect(row(/limit/)).toHaveTextContent(
      'limitintegerat least 0 · at most 100 · default 20',
    );
    const lines = row(/lines/);
    expect(lines).toHaveTextContent('Line[]');
    expect(lines).toHaveTextContent('skustring | nullrequired');
    await user.click(within(lines).getByRole('button', { name: /parent/ }));
    expect(within(lines).getAllByText('sku')).toHaveLength(2);
  });

  it('says so when there is nothing to take', async () => {
    renderInTestApp(<ArgumentsTable schema={{ type: 'object' }} />);
    expect(
      await screen.findByText('It takes no arguments.'),
    ).toBeInTheDocument();
  });

  it('comes to an end where references do not, and names what has no name', () => {
    const resolve = resolverOf(SCHEMA);
    expect(resolve({ $ref: '#/$defs/Loop' })).toBeDefined();
    expect(resolve({ $ref: 'https://elsewhere.example/x' })).toEqual({});
    expect(typeName(resolve, { $ref: '#/$defs/Nested' })).toMatch(/\[\]$/);
    expect(propertiesOf(resolve, { $ref: '#/$defs/Nested' })).toEqual([]);
    expect(typeName(resolve, { enum: ['a', 1] })).toBe('a | 1');
    expect(typeName(resolve, { const: 'on' })).toBe('on');
    expect(typeName(resolve, {})).toBe('any');
    expect(constraintsOf({ minLength: 0, minimum: 0, pattern: '' })).toEqual([
      { key: 'minimum', value: 0 },
    ]);
  });
});
