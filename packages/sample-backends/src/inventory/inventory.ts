import { Express, Router } from 'express';
import { integer, object, oneOf, parse, text } from '../fields';
import { conflict, notFound } from '../problem';
import {
  createService,
  idSequence,
  matches,
  page,
  ServiceOptions,
  simulate,
} from '../service';

const MOVEMENT_KINDS = ['receipt', 'issue', 'count'] as const;

interface Item {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly stock: number;
  /** At or below this the item is low. */
  readonly reorder_level: number;
}

interface Movement {
  readonly id: string;
  readonly sku: string;
  readonly kind: (typeof MOVEMENT_KINDS)[number];
  readonly quantity: number;
  /** Stock after the movement. */
  readonly balance: number;
  readonly reason: string;
  readonly created_at: string;
}

const ITEMS: readonly [string, string, string, number, number][] = [
  ['BAT-600', 'Battery pack 2.4 kWh', 'energy', 18, 6],
  ['BOX-400', 'Shipping box, medium', 'packaging', 1250, 300],
  ['CBL-200', 'Solar cable, 10 m', 'energy', 320, 100],
  ['FLT-700', 'Air filter F7', 'spare parts', 44, 50],
  ['LMP-100', 'Workshop lamp', 'lighting', 85, 20],
  ['MTR-300', 'Servo motor 400 W', 'drives', 9, 10],
  ['PNL-500', 'Solar panel 420 W', 'energy', 96, 24],
  ['TAP-800', 'Packing tape, 66 m', 'packaging', 640, 150],
];

const newItem = object({
  sku: text(7, 7, /^[A-Z]{3}-\d{3}$/, 'must look like ABC-123'),
  name: text(1, 200),
  category: text(1, 60),
  reorder_level: integer(0, 1_000_000),
});

const newMovement = object({
  kind: oneOf(...MOVEMENT_KINDS),
  quantity: integer(0, 1_000_000),
  reason: text(1, 200),
});

/** Items and what moves their stock, kept in memory. */
export function createInventory(options: ServiceOptions): Express {
  const items = new Map<string, Item>(
    ITEMS.map(([sku, name, category, stock, level]) => [
      sku,
      { sku, name, category, stock, reorder_level: level },
    ]),
  );
  const movements: Movement[] = [];
  const movementId = idSequence('mov');

  function itemOf(sku: string): Item {
    const item = items.get(sku);
    if (!item) throw notFound('item', sku);
    return item;
  }

  function move(
    item: Item,
    values: Pick<Movement, 'kind' | 'quantity' | 'reason' | 'created_at'>,
  ): Movement {
    const balance = {
      receipt: item.stock + values.quantity,
      issue: item.stock - values.quantity,
      count: values.quantity,
    }[values.kind];
    if (balance < 0) {
      throw conflict(`Only ${item.stock} of ${item.sku} are in stock.`);
    }
    const movement = { id: movementId(), sku: item.sku, ...values, balance };
    movements.push(movement);
    items.set(item.sku, { ...item, stock: balance });
    return movement;
  }

  for (const item of items.values()) {
    move(item, {
      kind: 'count',
      quantity: item.stock,
      reason: 'Yearly count',
      created_at: '2026-01-02T08:00:00.000Z',
    });
  }

  const routes = Router();

  routes.get('/items', simulate(options), (request, response) => {
    const { category, low_stock: low } = request.query;
    const found = [...items.values()]
      .filter(
        item =>
          matches(request, item.sku, item.name) &&
          (category === undefined || item.category === category) &&
          (low !== 'true' || item.stock <= item.reorder_level),
      )
      .sort((a, b) => (a.sku < b.sku ? -1 : 1));
    response.json(page(request, found, ({ sku }) => sku));
  });

  routes.post('/items', (request, response) => {
    const values = parse(newItem, request.body);
    if (items.has(values.sku)) throw conflict(`${values.sku} exists.`);
    const item = { ...values, stock: 0 };
    items.set(item.sku, item);
    response.status(201).location(`/items/${item.sku}`).json(item);
  });

  routes.get('/items/:sku', (request, response) => {
    response.json(itemOf(request.params.sku));
  });

  routes.get('/items/:sku/movements', (request, response) => {
    const { sku } = itemOf(request.params.sku);
    const found = movements.filter(movement => movement.sku === sku);
    response.json(page(request, found, ({ id }) => id));
  });

  routes.post('/items/:sku/movements', (request, response) => {
    const item = itemOf(request.params.sku);
    const values = parse(newMovement, request.body);
    const movement = move(item, {
      ...values,
      created_at: new Date().toISOString(),
    });
    response.status(201).json(movement);
  });

  return createService(routes);
}
