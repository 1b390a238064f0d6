import { forwardedElement } from './headers';
import { parseRoute, RouteTable } from '@stoa/plugin-stoa-node';
import { splitPath } from './address';

const VALUE = {
  tenant_id: 'acme',
  api_id: 'crm',
  version: '1.0.0',
  environment: 'staging',
  backend_url: 'https://backend.example:8443/api/v2/',
  deployment_id: 'd1',
  policies: [],
};
const KEY = 'staging/acme/crm/1.0.0';

it('prepares a route for serving', () => {
  expect(parseRoute(KEY, VALUE)).toMatchObject({
    origin: 'https://backend.example:8443',
    basePath: '/api/v2',
    key: 'staging/acme/crm/1.0.0',
    deploymentId: 'd1',
  });
});

it.each([
  ['dev/acme/crm/1.0.0', {}],
  [KEY, { environment: 'moon' }],
  [KEY, { tenant_id: undefined }],
  [KEY, { backend_url: 'ftp://backend.example/' }],
  [KEY, { backend_url: 'nonsense' }],
  [KEY, { backend_url: 'http://user@backend.example/' }],
  ['staging/Acme/crm/1.0.0', { tenant_id: 'Acme' }],
])('does not serve %s with %j', (key, change) => {
  expect(() => parseRoute(key, { ...VALUE, ...change })).toThrow();
});

it.each([
  ['/gateway/dev/acme/crm/v1', { key: 'dev/acme/crm/v1', rest: '' }],
  ['/gateway/dev/acme/crm/v1/', { key: 'dev/acme/crm/v1', rest: '/' }],
  ['/gateway/dev/acme/crm/v1/a/b', { key: 'dev/acme/crm/v1', rest: '/a/b' }],
  ['/gateway/dev/acme/crm', undefined],
  ['/gateway', undefined],
])('splits %s', (path, expected) => {
  expect(splitPath(path)).toEqual(expected);
});

it.each([
  ['1.2.3.4', 'a.example', 'for=1.2.3.4;proto=https;host="a.example"'],
  ['::ffff:1.2.3.4', undefined, 'for=1.2.3.4;proto=https'],
  [
    '2001:db8::1',
    '[::1]:80',
    'for="[2001:db8::1]";proto=https;host="[::1]:80"',
  ],
  ['1.2.3.4', 'a";for=evil', 'for=1.2.3.4;proto=https'],
  ['', 'a', 'for=unknown;proto=https;host="a"'],
])('says where a call came from: %s', (address, host, expected) => {
  expect(forwardedElement({ address, host, scheme: 'https' })).toBe(expected);
});

it('serves the old picture until the new one is whole', () => {
  const table = new RouteTable();
  const old = parseRoute(KEY, VALUE);
  const fresh = parseRoute(KEY, { ...VALUE, deployment_id: 'd2' });
  expect(table.complete).toBe(false);
  table.beginReset();
  table.put(KEY, old);
  table.put('gone', old);
  expect([table.complete, table.find(KEY)]).toEqual([false, undefined]);
  table.endReset();
  expect([table.complete, table.find(KEY), table.size]).toEqual([true, old, 2]);

  table.beginReset();
  table.put(KEY, fresh);
  expect([table.find(KEY), table.find('gone')]).toEqual([old, old]);
  table.endReset();
  expect([table.find(KEY), table.size]).toEqual([fresh, 1]);
  table.delete(KEY);
  expect(table.find(KEY)).toBeUndefined();
});
