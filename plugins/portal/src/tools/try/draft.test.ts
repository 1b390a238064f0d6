import { resolverOf } from '@stoa/plugin-stoa-react';
import { Draft, draftOf, valueOf } from './draft';
import { kindOf } from './kinds';

const SCHEMA = {
  type: 'object',
  required: ['name', 'size', 'address'],
  properties: {
    name: { type: 'string' },
    size: { type: 'integer' },
    weight: { type: ['number', 'null'] },
    urgent: { type: 'boolean' },
    level: { enum: ['low', 1, null] },
    address: { $ref: '#/$defs/Address' },
    tags: { type: 'array', items: { type: 'string' } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    either: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
  },
  $defs: {
    Address: {
      allOf: [{ properties: { city: { type: 'string' } }, required: ['city'] }],
      properties: { parent: { $ref: '#/$defs/Address' } },
    },
    Endless: {
      type: 'object',
      required: ['self'],
      properties: { self: { $ref: '#/$defs/Endless' } },
    },
  },
};
const resolve = resolverOf(SCHEMA);
const read = (draft: Draft) => valueOf(resolve, SCHEMA, draft);

const VALUE = {
  name: 'Box',
  size: 3,
  weight: 0.5,
  urgent: false,
  level: null,
  address: { city: 'Nîmes', parent: { city: 'Lyon' } },
  tags: ['a', ''],
  labels: { shelf: 'B' },
  either: 7,
};

describe('the form of a tool', () => {
  it('has a field for what is simple, and takes the rest as JSON', () => {
    const kinds = Object.entries(SCHEMA.properties).map(([name, schema]) => [
      name,
      kindOf(resolve, schema, 1),
    ]);
    expect(Object.fromEntries(kinds)).toEqual({
      name: 'text',
      size: 'integer',
      weight: 'number',
      urgent: 'boolean',
      level: 'choice',
      address: 'object',
      tags: 'list',
      labels: 'json',
      either: 'json',
    });
    expect(kindOf(resolve, {}, 0)).toBe('json');
    expect(kindOf(resolve, { type: ['string', 'integer'] }, 0)).toBe('json');
  });

  it('becomes the arguments that it was filled in with, and back', () => {
    const draft = draftOf(resolve, SCHEMA, { ...VALUE, tags: ['a'] });
    expect(read(draft)).toEqual({
      value: { ...VALUE, tags: ['a'] },
      wrong: [],
    });
  });

  it('leaves out what is empty, and says what may not be', () => {
    expect(
      read({ name: '', size: 'three', weight: '1.', tags: ['x', ''] }),
    ).toEqual({
      value: { weight: 1, address: {}, tags: ['x', undefined] },
      wrong: [
        { at: 'name', what: 'required' },
        { at: 'size', what: 'number' },
        { at: 'address.city', what: 'required' },
        { at: 'tags.1', what: 'required' },
      ],
    });
    const rest = { name: 'a', address: { city: 'b' } };
    expect(read({ ...rest, size: '1.5' }).wrong).toEqual([
      { at: 'size', what: 'integer' },
    ]);
    expect(read({ ...rest, size: '1', labels: '{' }).wrong).toEqual([
      { at: 'labels', what: 'json' },
    ]);
  });

  it('comes to an end with a schema that requires itself', () => {
    const { wrong } = valueOf(resolve, { $ref: '#/$defs/Endless' }, {});
    expect(wrong).toEqual([
      { at: 'self.self.self.self.self.self', what: 'required' },
    ]);
  });

  it('takes nothing over from a value that does not fit', () => {
    expect(
      draftOf(resolve, SCHEMA, { name: [], size: {}, level: 'high', x: 1 }),
    ).toEqual({});
    expect(draftOf(resolve, SCHEMA, 'text')).toBeUndefined();
  });
});
