import type { IncomingMessage } from 'node:http';
import { addressGroup, clientAddress, parseRanges } from './clientAddress';

const TRUSTED = parseRanges(['10.0.0.0/8', '::1', '192.168.7.7']);

function request(remoteAddress: string, forwarded?: string | string[]) {
  return {
    socket: { remoteAddress },
    headers: { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage;
}

it.each([
  ['9.9.9.9', undefined, '9.9.9.9'],
  // Not from a proxy of ours: whatever it says.
  ['9.9.9.9', '1.1.1.1', '9.9.9.9'],
  ['10.1.1.1', '1.1.1.1', '1.1.1.1'],
  ['::ffff:10.1.1.1', '1.1.1.1', '1.1.1.1'],
  ['::1', '2001:db8::5', '2001:db8::5'],
  ['10.1.1.1', undefined, '10.1.1.1'],
  // Only what stands before a proxy of ours was seen by one.
  ['10.1.1.1', '6.6.6.6, 1.1.1.1', '1.1.1.1'],
  ['10.1.1.1', '6.6.6.6, 1.1.1.1, 192.168.7.7', '1.1.1.1'],
  ['10.1.1.1', '192.168.7.8, 192.168.7.7', '192.168.7.8'],
  ['10.1.1.1', 'nonsense', '10.1.1.1'],
  ['10.1.1.1', '1.1.1.1, nonsense', '10.1.1.1'],
])('%s saying %s is %s', (remote, forwarded, expected) => {
  expect(clientAddress(request(remote, forwarded), TRUSTED)).toBe(expected);
});

it('believes nobody without trusted proxies', () => {
  expect(clientAddress(request('10.1.1.1', '1.1.1.1'), [])).toBe('10.1.1.1');
});

it.each(['10.0.0.0/33', 'proxy.example', ''])('does not take %j', value => {
  expect(() => parseRanges([value])).toThrow();
});

it('counts addresses that one caller can take as one', () => {
  expect(addressGroup('1.1.1.1')).toBe(addressGroup('::ffff:1.1.1.1'));
  expect(addressGroup('1.1.1.1')).not.toBe(addressGroup('1.1.1.2'));
  expect(addressGroup('2001:db8::1')).toBe(addressGroup('2001:db8::ffff:2'));
  expect(addressGroup('2001:db8::1')).not.toBe(addressGroup('2001:db8:0:1::1'));
  expect(addressGroup('fe80::1%eth0')).toBe(addressGroup('fe80::2%eth0'));
  expect(addressGroup('nonsense')).toBe('unknown');
});
