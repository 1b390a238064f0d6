import { ToolSetDetail } from '../types';
import {
  EMPTY_FORM,
  formOf,
  isAffix,
  isOverrideName,
  selectionOf,
  suggestedId,
  toCreate,
  toUpdate,
} from './form';

const FORM = {
  ...EMPTY_FORM,
  toolSetId: 'crm-tools',
  displayName: ' CRM tools ',
  apiId: 'crm-api',
  version: '1.2.0',
  environment: 'dev' as const,
  prefix: 'crm_',
  operations: new Set(['listCustomers', 'GET /orders']),
  overrides: {
    listCustomers: { name: '', description: ' Start here. ' },
    'GET /orders': { name: 'orders', description: '' },
    createCustomer: { name: 'not_ticked', description: '' },
    empty: { name: '', description: '' },
  },
};

const SELECTION = {
  api_id: 'crm-api',
  version: '1.2.0',
  operations: ['listCustomers', 'GET /orders'],
  naming: { prefix: 'crm_' },
  overrides: [
    { operation: 'listCustomers', description: 'Start here.' },
    { operation: 'GET /orders', name: 'orders' },
  ],
};
const FIELDS = {
  description: '',
  environment: 'dev',
  visibility: 'private',
  enabled: true,
  plans: [],
};

describe('the form of a ToolSet', () => {
  it('asks for a preview of what is ticked, in the words for it', () => {
    expect(selectionOf(FORM)).toEqual(SELECTION);
    expect(selectionOf({ ...FORM, all: true })).not.toHaveProperty(
      'operations',
    );
  });

  it('is sent whole when it is complete', () => {
    expect(toCreate(FORM)).toEqual({
      ...SELECTION,
      ...FIELDS,
      toolset_id: 'crm-tools',
      display_name: 'CRM tools',
    });
  });

  it('changes everything but the id and the API; all operations are said as null', () => {
    const { api_id: _, ...changes } = SELECTION;
    expect(toUpdate(FORM)).toEqual({
      ...changes,
      ...FIELDS,
      display_name: 'CRM tools',
    });
    expect(toUpdate({ ...FORM, all: true })).toMatchObject({
      operations: null,
    });
    expect(toUpdate({ ...FORM, toolSetId: '' })).toBeDefined();
  });

  it.each([
    ['no name', { displayName: ' ' }],
    ['a bad id', { toolSetId: 'CRM' }],
    ['nothing ticked', { operations: new Set<string>() }],
    ['a bad prefix', { prefix: 'crm tools' }],
    [
      'a bad name',
      { overrides: { listCustomers: { name: 'a b', description: '' } } },
    ],
  ])('is not sent with %s', (_, changes) => {
    expect(toCreate({ ...FORM, ...changes })).toBeUndefined();
  });

  it('holds a ToolSet that exists, and gives it back unchanged', () => {
    const toolSet = {
      ...SELECTION,
      ...FIELDS,
      toolset_id: 'crm-tools',
      display_name: 'CRM tools',
      plans: ['basic'],
      visibility: 'public',
    } as unknown as ToolSetDetail;
    expect(toUpdate(formOf(toolSet))).toEqual({
      version: '1.2.0',
      operations: SELECTION.operations,
      naming: SELECTION.naming,
      overrides: SELECTION.overrides,
      ...FIELDS,
      display_name: 'CRM tools',
      plans: ['basic'],
      visibility: 'public',
    });
    expect(formOf({ ...toolSet, operations: null }).all).toBe(true);
  });

  it('suggests an id that is not too long, and knows which names will do', () => {
    expect(suggestedId('crm-api')).toBe('crm-api-tools');
    expect(suggestedId('x'.repeat(56).concat('-y'))).toBe(
      `${'x'.repeat(56)}-tools`,
    );
    expect(suggestedId('x'.repeat(63))).toHaveLength(63);
    expect(isAffix('a'.repeat(33))).toBe(false);
    expect(isOverrideName('a'.repeat(65))).toBe(false);
    expect(isOverrideName('')).toBe(true);
  });
});
