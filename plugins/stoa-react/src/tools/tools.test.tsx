import { useState } from 'react';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { hintsOf } from './definition';
import { ToolEntries } from './ToolEntries';
import { ToolEntry } from './ToolEntry';

const TOOL = {
  name: 'crm_listCustomers',
  title: 'List customers',
  description: 'Search customers by name.',
  inputSchema: { type: 'object', properties: { q: { type: 'string' } } },
  annotations: { readOnlyHint: true },
  operation: 'listCustomers',
  hash: 'abc',
};

function Entry() {
  const [isOpen, setOpen] = useState(false);
  return (
    <ToolEntries label="Tools">
      <ToolEntry tool={TOOL} isOpen={isOpen} onToggle={setOpen} />
    </ToolEntries>
  );
}

describe('a tool', () => {
  it('opens to what a model is told, and as JSON to nothing else', async () => {
    const user = userEvent.setup();
    renderInTestApp(<Entry />);
    const line = await screen.findByRole('button', { expanded: false });
    expect(line).toHaveTextContent('crm_listCustomersList customersOnly reads');
    expect(screen.queryByText('Search customers by name.')).toBeNull();
    await user.click(line);
    expect(screen.getByText('Search customers by name.')).toBeVisible();
    expect(screen.getByRole('row', { name: /^q string/ })).toBeVisible();

    await user.click(
      screen.getByRole('button', { name: 'The definition as JSON' }),
    );
    const json = screen.getByRole('region', { name: /The definition/ });
    expect(JSON.parse(json.textContent ?? '')).toEqual({
      name: TOOL.name,
      title: TOOL.title,
      description: TOOL.description,
      inputSchema: TOOL.inputSchema,
      annotations: TOOL.annotations,
    });
  });

  it.each([
    [{ readOnlyHint: true, destructiveHint: true }, ['reads']],
    [{ destructiveHint: true, idempotentHint: true }, ['destroys']],
    [{ idempotentHint: true }, ['changes', 'repeatable']],
    [undefined, ['changes']],
  ])('with %j says what calling it does', (annotations, hints) => {
    expect(hintsOf({ annotations })).toEqual(hints);
  });
});
