export const CUSTOMER_STATUSES = ['lead', 'active', 'inactive'] as const;
export const ORDER_STATUSES = ['open', 'shipped', 'cancelled'] as const;

export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: (typeof CUSTOMER_STATUSES)[number];
  readonly country: string;
  readonly created_at: string;
}

export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unit_price: number;
}

export interface Order {
  readonly id: string;
  readonly customer_id: string;
  readonly status: (typeof ORDER_STATUSES)[number];
  readonly lines: readonly OrderLine[];
  /** In cents. */
  readonly total: number;
  readonly created_at: string;
}

/** Customers that exist when the service starts: name, status, country. */
export const CUSTOMERS: readonly [string, Customer['status'], string][] = [
  ['Atelier Lumière', 'active', 'FR'],
  ['Brückner Maschinenbau', 'active', 'DE'],
  ['Caldera Coffee', 'lead', 'IT'],
  ['Dunmore Textiles', 'active', 'IE'],
  ['Estrella Solar', 'active', 'ES'],
  ['Fjord Logistics', 'inactive', 'NO'],
  ['Granite & Sons', 'active', 'GB'],
  ['Havel Print', 'lead', 'CZ'],
  ['Isère Robotique', 'active', 'FR'],
  ['Jansen Bloemen', 'active', 'NL'],
  ['Kivi Software', 'active', 'FI'],
  ['Lusitania Foods', 'inactive', 'PT'],
];

/** Orders that exist when the service starts: number of the customer, status, lines. */
export const ORDERS: readonly [number, Order['status'], OrderLine[]][] = [
  [1, 'shipped', [{ sku: 'LMP-100', quantity: 12, unit_price: 4990 }]],
  [1, 'open', [{ sku: 'CBL-200', quantity: 40, unit_price: 750 }]],
  [2, 'open', [{ sku: 'MTR-300', quantity: 3, unit_price: 18900 }]],
  [4, 'shipped', [{ sku: 'BOX-400', quantity: 200, unit_price: 120 }]],
  [
    5,
    'open',
    [
      { sku: 'PNL-500', quantity: 24, unit_price: 15900 },
      { sku: 'CBL-200', quantity: 48, unit_price: 750 },
    ],
  ],
  [7, 'cancelled', [{ sku: 'BOX-400', quantity: 10, unit_price: 120 }]],
  [9, 'open', [{ sku: 'MTR-300', quantity: 6, unit_price: 17900 }]],
  [10, 'shipped', [{ sku: 'LMP-100', quantity: 4, unit_price: 4990 }]],
];
