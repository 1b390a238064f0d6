import { TestControlPlane } from './index';

/** Three operations, the last without an operationId. */
export const ORDERS_DEFINITION = `openapi: 3.0.3
info: { title: Orders API, version: 1.0.0 }
paths:
  /orders:
    get:
      operationId: listOrders
      summary: List orders
      parameters:
        - { name: status, in: query, schema: { type: string, enum: [open, sent] } }
        - { name: q, in: query, schema: { type: string } }
      responses: { '200': { description: Orders } }
  /orders/{order_id}:
    get:
      operationId: getOrder
      summary: One order
      parameters:
        - { name: order_id, in: path, required: true, schema: { type: string } }
      responses: { '200': { description: The order } }
    delete:
      summary: Cancel an order
      parameters:
        - { name: order_id, in: path, required: true, schema: { type: string } }
      responses: { '204': { description: Gone } }
`;

export const ORDERS_PATH = '/v1/tenants/acme-corp/apis/orders-api';

/** Makes the draft `orders-api` of acme-corp. */
export async function createOrders(plane: TestControlPlane): Promise<void> {
  await plane.as('acme-admin').post('/v1/tenants/acme-corp/apis', {
    api_id: 'orders-api',
    display_name: 'Orders API',
    version: '1.0.0',
    visibility: 'public',
    environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7011' }],
    definition: ORDERS_DEFINITION,
  });
}

/** Makes a ToolSet of `orders-api`; answers its id as an MCP server. */
export async function createTools(
  plane: TestControlPlane,
  body: { toolset_id: string } & Record<string, unknown>,
): Promise<string> {
  const created = await plane
    .as('acme-admin')
    .post('/v1/tenants/acme-corp/toolsets', {
      display_name: 'Order tools',
      api_id: 'orders-api',
      operations: ['listOrders', 'getOrder'],
      ...body,
    });
  return created.body.id;
}

/** Reads as acme-admin, then changes what was read. */
export async function change(
  plane: TestControlPlane,
  path: string,
  body: object,
) {
  const { headers } = await plane.as('acme-admin').get(path);
  return plane.as('acme-admin').put(path, body).set('If-Match', headers.etag);
}
