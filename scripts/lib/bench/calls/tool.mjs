/** What the service answers, about half a kilobyte. */
export const ITEM = {
  id: 'item-000042',
  name: 'Ball bearing 6204-2RS',
  category: 'bearings',
  warehouse: 'PAR',
  quantity: 1_840,
  reorder_at: 500,
  unit_price: 420,
  tags: ['metal', 'sealed', 'fast-moving'],
  supplier: { id: 'sup-0007', name: 'Roulements du Nord', country: 'FR' },
  movements: [
    { at: '2026-11-02T08:14:00Z', quantity: -60, reason: 'order' },
    { at: '2026-11-05T15:40:00Z', quantity: 900, reason: 'delivery' },
    { at: '2026-11-09T09:05:00Z', quantity: -120, reason: 'order' },
  ],
};

/** The arguments of every call. */
export const ARGUMENTS = {
  item_id: ITEM.id,
  warehouse: ITEM.warehouse,
  movements: ITEM.movements.length,
};

/** Path and query that the arguments become. */
export function itemPath({ item_id, warehouse, movements }) {
  return `/items/${item_id}?warehouse=${warehouse}&movements=${movements}`;
}

export const ITEM_PATH = itemPath(ARGUMENTS);

const text = { type: 'string' };
const whole = { type: 'integer' };
const objectOf = properties => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

/** The service's description, with schemas for what goes in and what comes out. */
export const DEFINITION = {
  openapi: '3.0.3',
  info: { title: 'Items', version: '1.0.0' },
  paths: {
    '/items/{item_id}': {
      get: {
        operationId: 'getItem',
        summary: 'One item with its latest movements',
        parameters: [
          {
            name: 'item_id',
            in: 'path',
            required: true,
            schema: { ...text, minLength: 1, maxLength: 40 },
          },
          {
            name: 'warehouse',
            in: 'query',
            schema: { ...text, minLength: 3, maxLength: 3 },
          },
          {
            name: 'movements',
            in: 'query',
            schema: { ...whole, minimum: 0, maximum: 100 },
          },
        ],
        responses: {
          200: {
            description: 'The item',
            content: {
              'application/json': {
                schema: objectOf({
                  id: text,
                  name: text,
                  category: text,
                  warehouse: text,
                  quantity: whole,
                  reorder_at: whole,
                  unit_price: whole,
                  tags: { type: 'array', items: text },
                  supplier: objectOf({ id: text, name: text, country: text }),
                  movements: {
                    type: 'array',
                    items: objectOf({
                      at: { ...text, format: 'date-time' },
                      quantity: whole,
                      reason: text,
                    }),
                  },
                }),
              },
            },
          },
        },
      },
    },
  },
};
