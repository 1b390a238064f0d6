import { propertiesOf, typeName } from '@stoa/plugin-stoa-react';
import { readDocument } from './document';

const OPENAPI_3 = {
  openapi: '3.1.0',
  paths: {
    '/orders/{id}': {
      parameters: [{ $ref: '#/components/parameters/id' }],
      get: {
        tags: ['orders'],
        summary: 'One order',
        responses: {
          200: {
            description: 'The order',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Order' },
              },
            },
          },
        },
      },
    },
  },
  components: {
    parameters: {
      id: {
        name: 'id',
        in: 'path',
        required: true,
        schema: { type: 'string' },
      },
    },
    schemas: {
      Order: {
        allOf: [
          { type: 'object', properties: { id: { type: 'string' } } },
          {
            type: 'object',
            required: ['lines'],
            properties: {
              lines: {
                type: 'array',
                items: { $ref: '#/components/schemas/Order' },
              },
              at: { type: ['string', 'null'], format: 'date-time' },
            },
          },
        ],
      },
      Loop: { $ref: '#/components/schemas/Loop' },
    },
  },
};

describe('readDocument', () => {
  it('reads operations, parameters by reference, and schemas that contain themselves', () => {
    const { operations, resolve } = readDocument(OPENAPI_3);
    const [operation] = operations;
    expect(operation).toMatchObject({
      id: 'get /orders/{id}',
      tag: 'orders',
      summary: 'One order',
      parameters: [{ name: 'id', where: 'path', required: true }],
    });
    const schema = operation.responses[0].schema ?? {};
    expect(typeName(resolve, schema)).toBe('Order');
    const properties = propertiesOf(resolve, schema);
    expect(properties.map(({ name }) => name)).toEqual(['id', 'lines', 'at']);
    expect(properties[1].required).toBe(true);
    expect(typeName(resolve, properties[1].schema)).toBe('Order[]');
    expect(typeName(resolve, properties[2].schema)).toBe(
      'string | null (date-time)',
    );
    expect(resolve({ $ref: '#/components/schemas/Loop' })).toBeDefined();
  });

  it('reads Swagger 2.0, and survives what is no document', () => {
    const { operations } = readDocument({
      swagger: '2.0',
      paths: {
        '/pets': {
          post: {
            parameters: [
              { name: 'limit', in: 'query', type: 'integer' },
              { name: 'pet', in: 'body', schema: { type: 'object' } },
            ],
            responses: { 201: { schema: { type: 'string' } } },
          },
        },
      },
    });
    expect(operations[0].parameters.map(({ name }) => name)).toEqual(['limit']);
    expect(operations[0].body).toEqual({ type: 'object' });
    expect(operations[0].responses[0].schema).toEqual({ type: 'string' });
    for (const nothing of [undefined, 'text', [], { paths: { '/': 3 } }]) {
      expect(readDocument(nothing).operations).toEqual([]);
    }
  });
});
