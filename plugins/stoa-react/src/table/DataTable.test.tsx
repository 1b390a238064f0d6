import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { setScreenWidth } from '../__testUtils__/screenWidth';
import { DataTable } from './DataTable';
import { Column } from './types';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly calls: number;
}

const ROWS: Row[] = [
  { id: 'a', name: 'Weather', calls: 9 },
  { id: 'b', name: 'Billing', calls: 100 },
  { id: 'c', name: 'Inventory', calls: 20 },
];
const COLUMNS: Column<Row>[] = [
  {
    id: 'name',
    label: 'Name',
    cell: row => row.name,
    sortBy: row => row.name,
    isRowHeader: true,
  },
  {
    id: 'calls',
    label: 'Calls',
    cell: row => row.calls,
    sortBy: row => row.calls,
  },
];

const names = () =>
  screen.getAllByRole('rowheader').map(cell => cell.textContent);

describe('DataTable', () => {
  it('sorts numbers as numbers, filters by every word, and asks for more', async () => {
    setScreenWidth(1280);
    const user = userEvent.setup();
    const onMore = jest.fn();
    renderInTestApp(
      <DataTable
        label="APIs"
        columns={COLUMNS}
        rows={ROWS}
        textOf={row => row.name}
        empty="nothing"
        hasMore
        onMore={onMore}
      />,
    );
    expect(await screen.findAllByRole('rowheader')).toHaveLength(3);
    expect(names()).toEqual(['Weather', 'Billing', 'Inventory']);

    await user.click(screen.getByRole('columnheader', { name: /Calls/ }));
    expect(names()).toEqual(['Weather', 'Inventory', 'Billing']);

    await user.type(screen.getByRole('searchbox'), 'bill');
    expect(names()).toEqual(['Billing']);
    await user.type(screen.getByRole('searchbox'), ' zzz');
    expect(
      await screen.findByText('Nothing here matches “bill zzz”.'),
    ).toBeInTheDocument();

    await user.click(screen.getByRole('button', { name: 'Show more' }));
    expect(onMore).toHaveBeenCalled();
  });

  it('becomes cards with labels and check boxes on a narrow screen', async () => {
    setScreenWidth(400);
    const onChange = jest.fn();
    renderInTestApp(
      <DataTable
        label="APIs"
        columns={COLUMNS}
        rows={ROWS}
        empty="nothing"
        hrefOf={row => `/apis/${row.id}`}
        selection={{
          selected: new Set(['a']),
          onChange,
          nameOf: id => `row ${id}`,
        }}
      />,
    );
    const list = await screen.findByRole('list', { name: 'APIs' });
    expect(screen.queryByRole('grid')).not.toBeInTheDocument();
    expect(within(list).getByRole('link', { name: 'Billing' })).toHaveAttribute(
      'href',
      '/apis/b',
    );
    expect(within(list).getAllByText('Calls')).toHaveLength(3);
    await userEvent.click(
      within(list).getByRole('checkbox', { name: 'Select row b' }),
    );
    expect(onChange).toHaveBeenCalledWith(new Set(['a', 'b']));
  });

  it('shows what to do when empty, and the problem when it could not load', async () => {
    setScreenWidth(1280);
    renderInTestApp(
      <>
        <DataTable label="A" columns={COLUMNS} rows={[]} empty="Start here" />
        <DataTable
          label="B"
          columns={COLUMNS}
          rows={undefined}
          error={new Error('out of reach')}
          empty="never"
        />
      </>,
    );
    expect(await screen.findByText('Start here')).toBeInTheDocument();
    expect(screen.getByRole('alert')).toHaveTextContent('out of reach');
    expect(screen.queryByText('never')).toBeNull();
  });
});
