import { Express, Router } from 'express';
import { integer, list, object, oneOf, optional, parse, text } from '../fields';
import { conflict, invalid, notFound } from '../problem';
import {
  createService,
  idSequence,
  matches,
  page,
  ServiceOptions,
  simulate,
} from '../service';
import {
  Customer,
  CUSTOMER_STATUSES,
  CUSTOMERS,
  Order,
  OrderLine,
  ORDERS,
} from './data';

const email = text(3, 200, /^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an address');
const country = text(2, 2, /^[A-Z]{2}$/, 'must be two capital letters');

const newCustomer = object({
  name: text(1, 200),
  email,
  country,
  status: optional(oneOf(...CUSTOMER_STATUSES)),
});

const customerChange = object<Partial<Omit<Customer, 'id' | 'created_at'>>>({
  name: optional(text(1, 200)),
  email: optional(email),
  country: optional(country),
  status: optional(oneOf(...CUSTOMER_STATUSES)),
});

const newOrder = object<{ customer_id: string; lines: OrderLine[] }>({
  customer_id: text(1, 40),
  lines: list(
    object<OrderLine>({
      sku: text(1, 40),
      quantity: integer(1, 10_000),
      unit_price: integer(0, 100_000_000),
    }),
    1,
    50,
  ),
});

/** Customers and their orders, kept in memory. */
export function createCrm(options: ServiceOptions): Express {
  const customers = new Map<string, Customer>();
  const orders = new Map<string, Order>();
  const customerId = idSequence('cus');
  const orderId = idSequence('ord');

  function addCustomer(values: Omit<Customer, 'id'>): Customer {
    const customer = { id: customerId(), ...values };
    customers.set(customer.id, customer);
    return customer;
  }

  function addOrder(values: Omit<Order, 'id' | 'total'>): Order {
    const total = values.lines.reduce(
      (sum, line) => sum + line.quantity * line.unit_price,
      0,
    );
    const order = { id: orderId(), ...values, total };
    orders.set(order.id, order);
    return order;
  }

  function customerOf(id: string): Customer {
    const customer = customers.get(id);
    if (!customer) throw notFound('customer', id);
    return customer;
  }

  function orderOf(id: string): Order {
    const order = orders.get(id);
    if (!order) throw notFound('order', id);
    return order;
  }

  function assertEmailFree(wanted: string | undefined, owner?: string): void {
    for (const { id, email: taken } of customers.values()) {
      if (taken === wanted && id !== owner) {
        throw conflict(`A customer with the address ${wanted} exists.`);
      }
    }
  }

  CUSTOMERS.forEach(([name, status, where], index) => {
    const host = name
      .normalize('NFD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase();
    addCustomer({
      name,
      status,
      country: where,
      email: `contact@${host}.example`,
      created_at: new Date(Date.UTC(2026, 0, 5 + index * 9)).toISOString(),
    });
  });
  ORDERS.forEach(([customer, status, lines], index) => {
    addOrder({
      customer_id: `cus_${String(customer).padStart(6, '0')}`,
      status,
      lines,
      created_at: new Date(Date.UTC(2026, 4, 2 + index * 11)).toISOString(),
    });
  });

  const routes = Router();

  routes.get('/customers', simulate(options), (request, response) => {
    const { status } = request.query;
    const found = [...customers.values()].filter(
      customer =>
        matches(request, customer.name, customer.email) &&
        (status === undefined || customer.status === status),
    );
    response.json(page(request, found, ({ id }) => id));
  });

  routes.post('/customers', (request, response) => {
    const values = parse(newCustomer, request.body);
    assertEmailFree(values.email);
    const customer = addCustomer({
      ...values,
      status: values.status ?? 'lead',
      created_at: new Date().toISOString(),
    });
    response.status(201).location(`/customers/${customer.id}`).json(customer);
  });

  routes.get('/customers/:id', (request, response) => {
    response.json(customerOf(request.params.id));
  });

  routes.patch('/customers/:id', (request, response) => {
    const customer = customerOf(request.params.id);
    const change = parse(customerChange, request.body);
    assertEmailFree(change.email, customer.id);
    const changed = { ...customer, ...change };
    customers.set(customer.id, changed);
    response.json(changed);
  });

  routes.delete('/customers/:id', (request, response) => {
    const { id } = customerOf(request.params.id);
    const open = [...orders.values()].some(
      order => order.customer_id === id && order.status === 'open',
    );
    if (open) throw conflict('The customer has open orders.');
    customers.delete(id);
    response.status(204).end();
  });

  routes.get('/orders', (request, response) => {
    const { status, customer_id: customerOnly } = request.query;
    const found = [...orders.values()].filter(
      order =>
        (status === undefined || order.status === status) &&
        (customerOnly === undefined || order.customer_id === customerOnly),
    );
    response.json(page(request, found, ({ id }) => id));
  });

  routes.post('/orders', (request, response) => {
    const values = parse(newOrder, request.body);
    if (!customers.has(values.customer_id)) {
      throw invalid([{ field: 'customer_id', message: 'names no customer' }]);
    }
    const order = addOrder({
      ...values,
      status: 'open',
      created_at: new Date().toISOString(),
    });
    response.status(201).location(`/orders/${order.id}`).json(order);
  });

  routes.get('/orders/:id', (request, response) => {
    response.json(orderOf(request.params.id));
  });

  routes.post('/orders/:id/cancel', (request, response) => {
    const order = orderOf(request.params.id);
    if (order.status !== 'open') {
      throw conflict(
        `The order is ${order.status}; only open ones can be cancelled.`,
      );
    }
    const cancelled: Order = { ...order, status: 'cancelled' };
    orders.set(order.id, cancelled);
    response.json(cancelled);
  });

  return createService(routes);
}
