import { isIP, isIPv4 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey, parseClientAddress } from './client-address.ts';

describe('parseClientAddress (V5, G3)', () => {
  it.each([
    ['203.0.113.8', '203.0.113.8'],
    ['203.0.113.8:51734', '203.0.113.8'],
    [' 203.0.113.8 ', '203.0.113.8'],
    ['"203.0.113.8:51734"', '203.0.113.8'],
    ['[203.0.113.8]:51734', '203.0.113.8'],
    ['2001:db8::8', '2001:db8::8'],
    ['2001:DB8:0:0::0008', '2001:db8::8'],
    ['[2001:db8::8]', '2001:db8::8'],
    ['[2001:db8::8]:51734', '2001:db8::8'],
    ['"[2001:db8::8]:51734"', '2001:db8::8'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:443', 'fe80::1'],
    ['::ffff:203.0.113.8', '203.0.113.8'],
    ['[::FFFF:cb00:7108]:51734', '203.0.113.8'],
    ['::ffff:203.0.113.8%eth0', '203.0.113.8'],
  ])('parseClientAddress reads %s as %s', (text, address) => {
    expect(parseClientAddress(text)).toBe(address);
  });

  it.each([
    undefined,
    null,
    '',
    '"',
    '""',
    'unknown',
    '_hidden',
    'localhost',
    'client.example:443',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.08',
    '3405803784',
    '0xcb007108',
    '203.0.113.8:port',
    '203.0.113.8:123456',
    '203.0.113.8%eth0',
    '[2001:db8::8',
    '2001:db8::8]',
    '[2001:db8::8]51734',
    '[]',
    '::1::',
    `${' '.repeat(200)}203.0.113.8`,
  ])('parseClientAddress finds no address in %j', (text) => {
    expect(parseClientAddress(text)).toBeNull();
  });

  const ipv4 = fc.ipV4();
  const ipv6 = fc.ipV6();
  const port = fc.integer({ min: 0, max: 65_535 });

  it('parseClientAddress reads the same address from every way of writing it', () => {
    const written = (bare: string, bracketed: string, at: number) => [
      bare,
      ` ${bare} `,
      `"${bare}"`,
      `${bracketed}:${at}`,
      `"${bracketed}:${at}"`,
      bracketed,
    ];
    fc.assert(
      fc.property(ipv4, port, (address, at) => {
        const texts = [
          ...written(address, address, at),
          `::ffff:${address}`,
          `[::ffff:${address}]:${at}`,
        ];
        expect(new Set(texts.map(parseClientAddress))).toEqual(new Set([address]));
      }),
    );
    fc.assert(
      fc.property(ipv6, port, (address, at) => {
        const texts = [
          ...written(address, `[${address}]`, at),
          address.toUpperCase(),
          `${address}%eth${at}`,
          `[${address}%25${at}]:${at}`,
        ];
        expect(new Set(texts.map(parseClientAddress)).size).toBe(1);
      }),
    );
  });

  it('parseClientAddress returns null, or an address that does not change when parsed again', () => {
    const text = fc.oneof(
      ipv4,
      ipv6,
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.[]%"'.split('')) }),
    );
    fc.assert(
      fc.property(text, (given) => {
        const address = parseClientAddress(given);
        if (address === null) return;
        expect([isIP(address) > 0, parseClientAddress(address)]).toEqual([true, address]);
        expect(isIPv4(address) || !address.includes('.')).toBe(true);
      }),
    );
  });
});

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:2::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('addressKey counts %s under the key %s', (text, key) => {
  expect(addressKey(parseClientAddress(text))).toBe(key);
});
