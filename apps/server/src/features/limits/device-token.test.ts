import { deriveDeviceKeys } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { DEVICE_COOKIE_SECONDS } from '@latchkey/http';
import { describe, expect, it } from 'vitest';
import { deviceTokens, knownDevice } from './device-token.ts';

const secret = (byte: number) =>
  Buffer.from(`the secret of these tests, number ${byte}`).toString('base64url');
const now = settableClock().now();
const tokens = deviceTokens(deriveDeviceKeys([secret(1)]));
const token = tokens.issue('alice', null, now);

describe('a device token', () => {
  it('a known device keeps its id at the next sign-in', () => {
    const device = tokens.verify(token, 'alice', now) ?? '';
    expect(device).toMatch(/^[A-Za-z0-9_-]{22}\.\d+$/);
    const again = tokens.verify(tokens.issue('alice', device, now + 5_000), 'alice', now + 5_000);
    const [first, second] = [knownDevice(device), knownDevice(again ?? '')];
    expect(second).toEqual({ id: first.id, signedInAt: first.signedInAt + 5_000 });
    expect(first.signedInAt).toBe(Math.floor(now / 1000) * 1000);
    const other = tokens.verify(tokens.issue('alice', null, now), 'alice', now);
    expect(knownDevice(other ?? '').id).not.toBe(first.id);
  });

  it('refuses the device token of another user', () => {
    expect(tokens.verify(token, 'bob', now)).toBeNull();
    expect(tokens.verify(token, '', now)).toBeNull();
  });

  it('refuses a device token with any character changed', () => {
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(tokens.verify(changed, 'alice', now), `character ${at}`).toBeNull();
    }
  });

  it.each(['', 'ld1.', token.slice(0, -1), `${token}A`, ` ${token}`, '\0'])(
    'refuses the device token %j',
    (other) => {
      expect(tokens.verify(other, 'alice', now)).toBeNull();
    },
  );

  it.each([
    [DEVICE_COOKIE_SECONDS - 1, true],
    [DEVICE_COOKIE_SECONDS, false],
  ])('a device token %d s after the sign-in is accepted: %s', (seconds, counts) => {
    expect(tokens.verify(token, 'alice', now + seconds * 1000) !== null).toBe(counts);
  });

  it('accepts a device token of an old secret while that secret is listed', () => {
    expect(
      deviceTokens(deriveDeviceKeys([secret(2), secret(1)])).verify(token, 'alice', now),
    ).not.toBeNull();
    expect(deviceTokens(deriveDeviceKeys([secret(2)])).verify(token, 'alice', now)).toBeNull();
  });
});
