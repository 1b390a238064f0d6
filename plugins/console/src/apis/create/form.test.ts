import { EMPTY_FORM, idFrom, isBackendUrl, toBody, versionFrom } from './form';

const COMPLETE = {
  ...EMPTY_FORM,
  apiId: 'orders-api',
  displayName: ' Orders ',
  version: '1.2.0',
  tags: 'Sales, vente à distance, sales',
  plans: ['basic'],
  backends: { dev: ' http://127.0.0.1:7011 ', staging: '' },
};

describe('the form of an API', () => {
  it('suggests an id and a version from what documents say', () => {
    expect(idFrom('Orders API (v2)')).toBe('orders-api-v2');
    expect(idFrom('  Été & Noël — ventes ')).toBe('ete-noel-ventes');
    expect(idFrom('x'.repeat(80))).toHaveLength(63);
    expect(versionFrom('v2')).toBe('2.0.0');
    expect(versionFrom('1.4')).toBe('1.4.0');
    expect(versionFrom('1.2.3-beta.1')).toBe('1.2.3-beta.1');
    expect(versionFrom('spring')).toBe('1.0.0');
  });

  it('is sent when complete: trimmed, without empty environments, tags as slugs', () => {
    expect(toBody(COMPLETE, 'openapi: 3.0.3')).toEqual({
      api_id: 'orders-api',
      display_name: 'Orders',
      version: '1.2.0',
      visibility: 'public',
      environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7011' }],
      definition: 'openapi: 3.0.3',
      plans: ['basic'],
      tags: ['sales', 'vente-a-distance'],
    });
  });

  it.each([
    ['no document', COMPLETE, ''],
    ['a bad id', { ...COMPLETE, apiId: 'Orders_API' }, 'x'],
    ['a bad version', { ...COMPLETE, version: '1.2' }, 'x'],
    ['no name', { ...COMPLETE, displayName: ' ' }, 'x'],
    ['no dev backend', { ...COMPLETE, backends: { staging: 'http://s' } }, 'x'],
    ['another scheme', { ...COMPLETE, backends: { dev: 'ftp://x' } }, 'x'],
  ])('is not sent with %s', (_, form, definition) => {
    expect(toBody(form, definition)).toBeUndefined();
  });

  it('takes http addresses only', () => {
    expect(isBackendUrl('https://crm.example/v1')).toBe(true);
    expect(isBackendUrl('http://')).toBe(false);
    expect(isBackendUrl('file:///etc/passwd')).toBe(false);
  });
});
