import { filtered, Operation, rowsInView, toggled } from './operations';

const OPERATIONS: Operation[] = [
  {
    key: 'listCustomers',
    method: 'GET',
    path: '/customers',
    summary: 'List customers',
  },
  {
    key: 'POST /orders',
    method: 'POST',
    path: '/orders',
    summary: 'Place an order',
  },
];

describe('operations to tick', () => {
  it.each([
    ['', ['listCustomers', 'POST /orders']],
    ['  ', ['listCustomers', 'POST /orders']],
    ['get LIST', ['listCustomers']],
    ['post orders', ['POST /orders']],
    ['listcust', ['listCustomers']],
    ['get orders', []],
  ])('are found by every word of “%s”', (filter, keys) => {
    expect(filtered(OPERATIONS, filter).map(({ key }) => key)).toEqual(keys);
  });

  it('are ticked together, and unticked only when all are', () => {
    const some = new Set(['a', 'elsewhere']);
    const all = toggled(some, ['a', 'b']);
    expect([...all]).toEqual(['a', 'elsewhere', 'b']);
    expect([...toggled(all, ['a', 'b'])]).toEqual(['elsewhere']);
    expect([...some]).toEqual(['a', 'elsewhere']);
  });

  it('are in the page only around those in view', () => {
    const view = { height: 400, rowHeight: 50, count: 5_000 };
    expect(rowsInView({ ...view, top: 0 })).toEqual({ first: 0, last: 16 });
    expect(rowsInView({ ...view, top: 100_000 })).toEqual({
      first: 1_992,
      last: 2_016,
    });
    expect(rowsInView({ ...view, top: 249_600 }).last).toBe(5_000);
    expect(rowsInView({ ...view, top: 0, count: 3 }).last).toBe(3);
  });
});
