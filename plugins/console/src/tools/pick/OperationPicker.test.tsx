import { useState } from 'react';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { OperationPicker } from './OperationPicker';

const MANY = Array.from({ length: 2_000 }, (_, n) => ({
  key: `op${n}`,
  method: n % 2 ? 'POST' : 'GET',
  path: `/things/${n}`,
  summary: `Thing ${n}`,
}));

function Picker(props: { readonly onChange: (selected: string[]) => void }) {
  const [all, setAll] = useState(false);
  const [selected, setSelected] = useState<ReadonlySet<string>>(
    new Set(['gone', 'op7']),
  );
  return (
    <OperationPicker
      operations={MANY}
      all={all}
      selected={selected}
      onAll={setAll}
      onSelected={next => {
        setSelected(next);
        props.onChange([...next]);
      }}
    />
  );
}

describe('OperationPicker', () => {
  it('ticks by keyboard, in the order of the document, with few rows in the page', async () => {
    const user = userEvent.setup();
    const onChange = jest.fn();
    renderInTestApp(<Picker onChange={onChange} />);
    const list = await screen.findByRole('listbox');
    expect(screen.getAllByRole('option').length).toBeLessThan(40);
    expect(screen.getByText('1 of 2,000 ticked')).toBeVisible();

    list.focus();
    await user.keyboard('{ArrowDown}{ArrowDown} ');
    expect(onChange).toHaveBeenLastCalledWith(['op2', 'op7', 'gone']);
    const active = list.getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(active)).toHaveTextContent('/things/2');
    expect(document.getElementById(active)).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await user.click(screen.getByRole('option', { name: /Thing 2$/ }));
    expect(onChange).toHaveBeenLastCalledWith(['op7', 'gone']);
  });

  it('ticks all that the filter finds, and keeps the rest', async () => {
    const user = userEvent.setup();
    const onChange = jest.fn();
    renderInTestApp(<Picker onChange={onChange} />);
    const filter = await screen.findByRole('searchbox');
    await user.click(filter);
    await user.paste('get things/199');
    await user.click(await screen.findByRole('button', { name: 'Tick all 5' }));
    expect(onChange).toHaveBeenLastCalledWith([
      'op7',
      'op1990',
      'op1992',
      'op1994',
      'op1996',
      'op1998',
      'gone',
    ]);
  });

  it('tells of operations that the document has no longer, and forgets them on demand', async () => {
    const user = userEvent.setup();
    const onChange = jest.fn();
    renderInTestApp(<Picker onChange={onChange} />);
    expect(
      await screen.findByText(/No longer in the document: gone\./),
    ).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Take them out' }));
    expect(onChange).toHaveBeenLastCalledWith(['op7']);
    expect(screen.queryByText(/No longer/)).toBeNull();
  });

  it('ticks nothing by hand while all are meant', async () => {
    const user = userEvent.setup();
    const onChange = jest.fn();
    renderInTestApp(<Picker onChange={onChange} />);
    await user.click(
      await screen.findByRole('checkbox', { name: /All operations/ }),
    );
    expect(screen.getByText('2,000 of 2,000 ticked')).toBeVisible();
    await user.click(screen.getByRole('option', { name: /Thing 3$/ }));
    expect(onChange).not.toHaveBeenCalled();
  });
});
