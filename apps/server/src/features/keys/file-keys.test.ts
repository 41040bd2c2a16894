import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Algorithm, parseSessionOptions } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import {
  generateJwk,
  type KeysEvent,
  keyLifetimes,
  type WatchedKeys,
  watchKeys,
} from '@latchkey/keys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileKeys } from './file-keys.ts';

const SECRET = Buffer.from('the secret of these tests, number 1').toString('base64url');
const clock = settableClock();

let folder: string;
let path: string;
let events: KeysEvent[];
let keys: WatchedKeys | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-keys-'));
  path = join(folder, 'keys.json');
  events = [];
});
afterEach(() => {
  keys?.close();
  rmSync(folder, { recursive: true });
});

const jwk = async (kid: string, more: object = {}, algorithm: Algorithm = 'ES256') => ({
  ...(await generateJwk('access-token', algorithm)),
  kid,
  ...more,
});
const write = (...keys: object[]) => writeFileSync(path, JSON.stringify({ keys }));
const follow = async () => {
  keys = await watchKeys({
    source: fileKeys(path, [SECRET]),
    lifetimes: keyLifetimes(parseSessionOptions()),
    clock,
    reloadSeconds: 10,
    onEvent: (event) => events.push(event),
  });
  return keys.ring;
};
const faultOf = (event: KeysEvent | undefined) =>
  event?.kind === 'keys.reload_failed' ? String(event.error) : event?.kind;

describe('keys in a file', () => {
  it('a key file may have keys of any algorithm; keys it lacks are derived from the secret', async () => {
    write(
      await jwk('rsa', {}, 'RS256'),
      await jwk('ec'),
      await jwk('mac', { use: 'refresh-token', id: 77 }, 'HS256'),
    );
    const ring = await follow();
    expect([ring.signing.kid, [...ring.verifying.keys()], ring.macSigning.id]).toEqual([
      'rsa',
      ['rsa', 'ec'],
      77,
    ]);
  });

  it('a key of a key file signs from its nbf on', async () => {
    const now = clock.now() / 1000;
    write(await jwk('next', { nbf: now + 10 }), await jwk('current', { nbf: now }));
    const ring = await follow();
    expect(ring.signing.kid).toBe('current');
    clock.advance(10);
    expect([ring.signing.kid, [...ring.verifying.keys()]]).toEqual(['next', ['next', 'current']]);
  });

  it('reloads a key file when its symbolic link is swapped, as with mounted secrets', async () => {
    const mount = async (version: string, kid: string) => {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'keys.json'), JSON.stringify({ keys: [await jwk(kid)] }));
      symlinkSync(version, join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await mount('v1', 'first');
    symlinkSync(join('..data', 'keys.json'), path);
    const ring = await follow();
    expect(ring.signing.kid).toBe('first');
    await mount('v2', 'second');
    await clock.pass(10);
    expect(ring.signing.kid).toBe('second');
    expect(events).toEqual([{ kind: 'keys.changed', added: ['second'], removed: ['first'] }]);
  });

  it.each<[string, () => void | Promise<void>, RegExp]>([
    ['half written', () => writeFileSync(path, '{"keys":[{"kty":"EC"'), /must be a JWK Set/],
    ['missing', () => rmSync(path), /cannot be read \(ENOENT/],
    [
      'without a private part',
      async () => write({ ...(await jwk('b')), d: undefined }),
      /keys\[0\]\.d/,
    ],
    [
      'weak (a secret of zeros)',
      async () => write({ ...(await jwk('zeros', {}, 'HS256')), k: 'A'.repeat(43) }),
      /key zeros.*is all zeros/,
    ],
    [
      'a reuse of LATCHKEY_SECRET',
      async () => write({ ...(await jwk('reused', {}, 'HS256')), k: SECRET }),
      /key reused.*one of the secrets/,
    ],
    [
      'with MAC keys only',
      async () => write(await jwk('m', { use: 'refresh-token' }, 'HS256')),
      /at least one key that signs access tokens/,
    ],
  ])(
    'keeps the last valid keys while the key file is %s, and logs the fault',
    async (_name, spoil, message) => {
      write(await jwk('good'));
      const ring = await follow();
      await spoil();
      await clock.pass(10);
      expect(events).toHaveLength(1);
      expect(faultOf(events[0])).toMatch(message);
      expect(faultOf(events[0])).toContain(path);
      expect(ring.signing.kid).toBe('good');
      write(await jwk('mended'));
      await clock.pass(10);
      expect(ring.signing.kid).toBe('mended');
    },
  );

  it('refuses to start with a key file that cannot be read', async () => {
    await expect(follow()).rejects.toThrowError(/KEY_SOURCE \(file:.*cannot be read \(ENOENT/);
  });
});
