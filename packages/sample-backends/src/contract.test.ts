import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { RunningBackends, ServiceName, startBackends } from './start';

const DEMO = resolve(__dirname, '../../../catalog-info/demo/tenants');
const DOCUMENTS: Record<ServiceName, string> = {
  crm: 'acme-corp/apis/crm-api',
  inventory: 'acme-corp/apis/inventory-api',
  billing: 'acme-corp/apis/billing-api',
  weather: 'demo-tenant/apis/weather-api',
};

interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, unknown>;
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
}

let backends: RunningBackends;

beforeAll(async () => {
  backends = await startBackends(
    { crm: 0, inventory: 0, billing: 0, weather: 0 },
    { slowMilliseconds: 1 },
  );
});

afterAll(() => backends.close());

/** `METHOD path [body]` and the status it must answer; later calls build on earlier ones. */
type Call = readonly [string, number, unknown?];

const customer = { name: 'Café', email: 'a@cafe.example', country: 'FR' };
const order = {
  customer_id: 'cus_000013',
  lines: [{ sku: 'LMP-100', quantity: 2, unit_price: 4990 }],
};
const item = {
  sku: 'SEN-900',
  name: 'Sensor',
  category: 'spare parts',
  reorder_level: 5,
};
const invoice = {
  customer_id: 'cus_000001',
  currency: 'EUR',
  lines: [{ description: 'Work', quantity: 2, unit_price: 500 }],
};

const CALLS: Record<ServiceName, readonly Call[]> = {
  crm: [
    ['GET /customers', 200],
    ['GET /customers?search=LUMI&status=active&limit=1', 200],
    ['GET /customers?limit=5&cursor=cus_000005&simulate=slow', 200],
    ['GET /customers?limit=0', 400],
    ['GET /customers?limit=many', 400],
    ['GET /customers?simulate=error', 500],
    ['GET /customers?simulate=x', 400],
    ['POST /customers', 201, customer],
    ['POST /customers', 409, customer],
    ['POST /customers', 400, { ...customer, email: 'none', extra: 1 }],
    ['POST /customers', 400, 'not an object'],
    ['GET /customers/cus_000013', 200],
    ['GET /customers/cus_999999', 404],
    ['PATCH /customers/cus_000013', 200, { status: 'active' }],
    [
      'PATCH /customers/cus_000013',
      409,
      { email: 'contact@granitesons.example' },
    ],
    ['PATCH /customers/cus_000013', 400, { country: 'fr' }],
    ['PATCH /customers/nobody', 404, {}],
    ['GET /orders?status=open', 200],
    ['GET /orders?customer_id=cus_000001&limit=1', 200],
    ['GET /orders?limit=101', 400],
    ['POST /orders', 201, order],
    ['POST /orders', 400, { ...order, customer_id: 'nobody' }],
    ['POST /orders', 400, { ...order, lines: [] }],
    ['DELETE /customers/cus_000013', 409],
    ['GET /orders/ord_000009', 200],
    ['GET /orders/none', 404],
    ['POST /orders/ord_000009/cancel', 200],
    ['POST /orders/ord_000009/cancel', 409],
    ['POST /orders/none/cancel', 404],
    ['DELETE /customers/cus_000013', 204],
    ['DELETE /customers/cus_000013', 404],
  ],
  inventory: [
    ['GET /items', 200],
    ['GET /items?low_stock=true&category=drives&search=motor', 200],
    ['GET /items?limit=2&cursor=BOX-400&simulate=slow', 200],
    ['GET /items?limit=1.5', 400],
    ['GET /items?simulate=error', 500],
    ['POST /items', 201, item],
    ['POST /items', 409, item],
    ['POST /items', 400, { ...item, sku: 'lower' }],
    ['GET /items/SEN-900', 200],
    ['GET /items/NON-000', 404],
    [
      'POST /items/SEN-900/movements',
      201,
      { kind: 'receipt', quantity: 9, reason: 'New' },
    ],
    [
      'POST /items/SEN-900/movements',
      201,
      { kind: 'issue', quantity: 4, reason: 'Sold' },
    ],
    [
      'POST /items/SEN-900/movements',
      409,
      { kind: 'issue', quantity: 6, reason: 'Too many' },
    ],
    [
      'POST /items/SEN-900/movements',
      400,
      { kind: 'lose', quantity: -1, reason: '' },
    ],
    ['POST /items/NON-000/movements', 404, {}],
    ['GET /items/SEN-900/movements', 200],
    ['GET /items/SEN-900/movements?cursor=', 400],
    ['GET /items/NON-000/movements', 404],
  ],
  billing: [
    ['GET /invoices', 200],
    ['GET /invoices?status=paid&customer_id=cus_000001', 200],
    ['GET /invoices?limit=2&simulate=slow', 200],
    ['GET /invoices?limit=-1', 400],
    ['GET /invoices?simulate=error', 500],
    ['POST /invoices', 201, invoice],
    ['POST /invoices', 400, { ...invoice, currency: 'XXX' }],
    ['GET /invoices/inv_000007', 200],
    ['GET /invoices/none', 404],
    ['POST /invoices/inv_000007/payments', 201, { amount: 400 }],
    ['POST /invoices/inv_000007/payments', 409, { amount: 601 }],
    ['POST /invoices/inv_000007/payments', 400, { amount: 0 }],
    ['POST /invoices/none/payments', 404, { amount: 1 }],
    ['POST /invoices/inv_000007/void', 409],
    ['POST /invoices/inv_000007/payments', 201, { amount: 600 }],
    ['POST /invoices/inv_000007/payments', 409, { amount: 1 }],
    ['POST /invoices/inv_000003/void', 200],
    ['POST /invoices/inv_000003/void', 409],
    ['POST /invoices/none/void', 404],
    ['GET /summary', 200],
  ],
  weather: [
    ['GET /cities', 200],
    ['GET /cities?search=par&limit=1', 200],
    ['GET /cities?limit=x', 400],
    ['GET /cities/oslo/climate', 200],
    ['GET /cities/atlantis/climate', 404],
    ['GET /cities/paris/forecast', 200],
    ['GET /cities/oslo/forecast?days=14&start=2026-01-25&simulate=slow', 200],
    ['GET /cities/oslo/forecast?days=15', 400],
    ['GET /cities/oslo/forecast?start=2026-02-30', 400],
    ['GET /cities/oslo/forecast?simulate=error', 500],
    ['GET /cities/atlantis/forecast', 404],
  ],
};

async function send(name: ServiceName, [line, , body]: Call) {
  const [method, path] = line.split(' ');
  return fetch(`http://127.0.0.1:${backends.ports[name]}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
}

describe.each(Object.keys(DOCUMENTS) as ServiceName[])('%s', name => {
  const document: Document = parse(
    readFileSync(join(DEMO, DOCUMENTS[name], 'openapi.yaml'), 'utf8'),
  );
  // Not strict: Ajv knows `nullable` of OpenAPI 3.0, and passes over its other keywords.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(document, 'document');

  it('answers as its document says, and does all that it says', async () => {
    const answered = new Set<string>();
    for (const call of CALLS[name]) {
      const [line, status] = call;
      const response = await send(name, call);
      const text = await response.text();
      expect([line, response.status, text]).toEqual([
        line,
        status,
        expect.any(String),
      ]);
      const { operation, at } = find(document, line);
      answered.add(`${operation.operationId} ${status}`);
      const described = deref(document, operation.responses[status]);
      expect([line, status, described]).not.toContain(undefined);

      const [type, media] =
        Object.entries(described.value.content ?? {})[0] ?? [];
      expect(response.headers.get('content-type')?.split(';')[0]).toBe(type);
      const checked = media
        ? ajv.validate(
            {
              $ref: `document#${
                described.at ?? `${at}/responses/${status}`
              }/content/${escape(type)}/schema`,
            },
            JSON.parse(text),
          )
        : text === '';
      expect([line, checked, ajv.errors ?? text.slice(0, 0)]).toEqual([
        line,
        true,
        '',
      ]);
      expect(response.headers.has('location')).toBe(
        Boolean(described.value.headers?.Location),
      );
    }
    const promised = Object.values(document.paths).flatMap(methods =>
      Object.values(methods).flatMap(operation =>
        operation.operationId
          ? Object.keys(operation.responses).map(
              status => `${operation.operationId} ${status}`,
            )
          : [],
      ),
    );
    expect([...answered].sort()).toEqual(promised.sort());
  });

  it('answers problem documents where its document ends', async () => {
    for (const call of [
      ['GET /nowhere', 404],
      ['POST /nowhere', 404, 'x'.repeat(110_000)],
    ] as const) {
      const response = await send(name, call);
      expect(response.headers.get('content-type')).toMatch(/problem\+json/);
      expect(await response.json()).toMatchObject({ status: response.status });
    }
  });
});

it('keeps what it is told', async () => {
  const read = async (path: string) =>
    (await send('inventory', [`GET ${path}`, 200])).json();
  const before = await read('/items/PNL-500');
  await send('inventory', [
    'POST /items/PNL-500/movements',
    201,
    { kind: 'issue', quantity: 6, reason: 'Order' },
  ]);
  expect((await read('/items/PNL-500')).stock).toBe(before.stock - 6);
  const first = await read('/items?limit=3');
  const second = await read(`/items?limit=100&cursor=${first.next_cursor}`);
  const skus = [...first.items, ...second.items].map(({ sku }) => sku);
  expect(skus).toEqual([...new Set(skus)].sort());
  expect(second.next_cursor).toBeNull();
});

it('forecasts the same for the same day', async () => {
  const ask = async (start: string, days: number) => {
    const path = `/cities/lisbon/forecast?start=${start}&days=${days}`;
    return (await send('weather', [`GET ${path}`, 200])).json();
  };
  const [week, day] = [await ask('2026-07-01', 7), await ask('2026-07-03', 1)];
  expect(week.days[2]).toEqual(day.days[0]);
});

it('refuses a port that is taken and leaves nothing open', async () => {
  const { crm } = backends.ports;
  await expect(
    startBackends({ crm: 0, inventory: 0, billing: crm, weather: 0 }),
  ).rejects.toThrow(/EADDRINUSE/);
});

interface Described {
  readonly content?: Record<string, unknown>;
  readonly headers?: Record<string, unknown>;
}

function find(document: Document, line: string) {
  const [method, target] = line.toLowerCase().split(' ');
  const path = target.split('?')[0].split('/');
  const template = Object.keys(document.paths).find(candidate => {
    const parts = candidate.split('/');
    return (
      parts.length === path.length &&
      parts.every((part, n) => part.startsWith('{') || part === path[n])
    );
  })!;
  return {
    operation: document.paths[template][method],
    at: `/paths/${escape(template)}/${method}`,
  };
}

function deref(
  document: Document,
  response: unknown,
): { value: Described; at?: string } {
  const ref = (response as { $ref?: string } | undefined)?.$ref;
  if (!ref) return { value: response as Described };
  const at = ref.slice(1);
  const value = at
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (part, key) => (part as Record<string, unknown>)[key],
      document,
    );
  return { value: value as Described, at };
}

/** A name as a part of a JSON pointer in a URI. */
function escape(name: string): string {
  return encodeURIComponent(name.replace(/~/g, '~0').replace(/\//g, '~1'));
}
