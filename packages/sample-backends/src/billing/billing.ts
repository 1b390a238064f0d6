import { Express, Router } from 'express';
import { integer, list, object, oneOf, parse, text } from '../fields';
import { conflict, notFound } from '../problem';
import {
  createService,
  idSequence,
  page,
  ServiceOptions,
  simulate,
} from '../service';

const CURRENCIES = ['EUR', 'GBP', 'USD'] as const;

interface Line {
  readonly description: string;
  readonly quantity: number;
  /** In cents. */
  readonly unit_price: number;
}

interface Invoice {
  readonly id: string;
  readonly customer_id: string;
  readonly currency: (typeof CURRENCIES)[number];
  readonly status: 'open' | 'paid' | 'void';
  readonly lines: readonly Line[];
  /** In cents, as is `paid`. */
  readonly total: number;
  readonly paid: number;
  readonly issued_on: string;
  readonly due_on: string;
}

type NewInvoice = Pick<Invoice, 'customer_id' | 'currency' | 'lines'>;

const PAYMENT_TERM_DAYS = 30;

const newInvoice = object<NewInvoice>({
  customer_id: text(1, 40),
  currency: oneOf(...CURRENCIES),
  lines: list(
    object<Line>({
      description: text(1, 200),
      quantity: integer(1, 10_000),
      unit_price: integer(1, 100_000_000),
    }),
    1,
    50,
  ),
});

const newPayment = object({ amount: integer(1, 1_000_000_000_000) });

const INVOICES: readonly [string, string, NewInvoice['currency'], Line[]][] = [
  ['2026-05-04', 'cus_000001', 'EUR', [line('Workshop lamp', 12, 4990)]],
  ['2026-05-26', 'cus_000004', 'EUR', [line('Shipping box', 200, 120)]],
  ['2026-06-11', 'cus_000007', 'GBP', [line('Maintenance, yearly', 1, 98000)]],
  [
    '2026-07-03',
    'cus_000005',
    'EUR',
    [line('Solar panel 420 W', 24, 15900), line('Solar cable', 48, 750)],
  ],
  ['2026-07-20', 'cus_000010', 'EUR', [line('Workshop lamp', 4, 4990)]],
  ['2026-08-01', 'cus_000011', 'USD', [line('Support hours', 16, 14000)]],
];

/** Invoices and their payments, kept in memory. */
export function createBilling(options: ServiceOptions): Express {
  const invoices = new Map<string, Invoice>();
  const invoiceId = idSequence('inv');

  function issue(values: NewInvoice, day: string): Invoice {
    const total = values.lines.reduce(
      (sum, { quantity, unit_price: price }) => sum + quantity * price,
      0,
    );
    const due = new Date(day);
    due.setUTCDate(due.getUTCDate() + PAYMENT_TERM_DAYS);
    const invoice: Invoice = {
      id: invoiceId(),
      ...values,
      status: 'open',
      total,
      paid: 0,
      issued_on: day,
      due_on: due.toISOString().slice(0, 10),
    };
    invoices.set(invoice.id, invoice);
    return invoice;
  }

  function openInvoice(id: string): Invoice {
    const invoice = invoiceOf(id);
    if (invoice.status !== 'open') {
      throw conflict(`The invoice is ${invoice.status}.`);
    }
    return invoice;
  }

  function invoiceOf(id: string): Invoice {
    const invoice = invoices.get(id);
    if (!invoice) throw notFound('invoice', id);
    return invoice;
  }

  function pay(invoice: Invoice, amount: number): Invoice {
    const paid = invoice.paid + amount;
    if (paid > invoice.total) {
      throw conflict(`Only ${invoice.total - invoice.paid} cents are due.`);
    }
    const status = paid === invoice.total ? 'paid' : 'open';
    const changed: Invoice = { ...invoice, paid, status };
    invoices.set(invoice.id, changed);
    return changed;
  }

  INVOICES.forEach(([day, customer, currency, lines], index) => {
    const invoice = issue({ customer_id: customer, currency, lines }, day);
    if (index < 2) pay(invoice, invoice.total);
  });

  const routes = Router();

  routes.get('/invoices', simulate(options), (request, response) => {
    const { status, customer_id: customer } = request.query;
    const found = [...invoices.values()].filter(
      invoice =>
        (status === undefined || invoice.status === status) &&
        (customer === undefined || invoice.customer_id === customer),
    );
    response.json(page(request, found, ({ id }) => id));
  });

  routes.post('/invoices', (request, response) => {
    const today = new Date().toISOString().slice(0, 10);
    const invoice = issue(parse(newInvoice, request.body), today);
    response.status(201).location(`/invoices/${invoice.id}`).json(invoice);
  });

  routes.get('/invoices/:id', (request, response) => {
    response.json(invoiceOf(request.params.id));
  });

  routes.post('/invoices/:id/payments', (request, response) => {
    const invoice = openInvoice(request.params.id);
    const { amount } = parse(newPayment, request.body);
    response.status(201).json(pay(invoice, amount));
  });

  routes.post('/invoices/:id/void', (request, response) => {
    const invoice = openInvoice(request.params.id);
    if (invoice.paid > 0) throw conflict('The invoice is paid in part.');
    const changed: Invoice = { ...invoice, status: 'void' };
    invoices.set(invoice.id, changed);
    response.json(changed);
  });

  routes.get('/summary', (_request, response) => {
    const open = [...invoices.values()].filter(i => i.status === 'open');
    const due = CURRENCIES.map(currency => {
      const mine = open.filter(invoice => invoice.currency === currency);
      const amount = mine.reduce((sum, i) => sum + i.total - i.paid, 0);
      return { currency, invoices: mine.length, amount };
    });
    response.json({ due });
  });

  return createService(routes);
}

function line(description: string, quantity: number, price: number): Line {
  return { description, quantity, unit_price: price };
}
