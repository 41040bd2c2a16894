import type { MacKey } from '@latchkey/core';
import { macTokens, randomSecret } from '@latchkey/core/crypto';
import { DEVICE_COOKIE_SECONDS, type DeviceTokens } from '@latchkey/http';

const DEVICE_BYTES = 16;
const CONTENT_BYTES = DEVICE_BYTES + 4;
const codec = macTokens({
  prefix: 'ld1.',
  purpose: 'latchkey device token',
  contentBytes: [CONTENT_BYTES, CONTENT_BYTES],
  macBytes: 16,
});

/**
 * Creates and verifies device tokens. A device token grants no access: it separates the owner's
 * sign-in attempts from those of strangers, whose guesses then cannot lock the owner out. It
 * contains a device id (16 bytes) and the second of the sign-in (4 bytes), and is bound to the
 * username. The id that `verify` returns is followed by that second: see {@link knownDevice}.
 *
 * @param keys the first signs, all verify
 */
export function deviceTokens(keys: readonly MacKey[]): DeviceTokens {
  const [signing] = keys;
  if (!signing) throw new Error('device tokens need a key');
  return {
    issue(username, deviceId, now) {
      const device =
        deviceId === null
          ? randomSecret(DEVICE_BYTES)
          : Buffer.from(knownDevice(deviceId).id, 'base64url');
      const issuedAt = Buffer.alloc(4);
      issuedAt.writeUInt32BE(Math.floor(now / 1000));
      return codec.encode(signing, Buffer.concat([device, issuedAt]), username);
    },

    verify(token, username, now) {
      const content = codec.open(keys, token, [username]);
      if (!content) return null;
      const issuedAt = content.readUInt32BE(DEVICE_BYTES);
      if (now / 1000 - issuedAt >= DEVICE_COOKIE_SECONDS) return null;
      return `${content.subarray(0, DEVICE_BYTES).toString('base64url')}.${issuedAt}`;
    },
  };
}

/** Returns a device as its token names it: its id, and when it was last signed in from. */
export function knownDevice(deviceId: string): {
  readonly id: string;
  /** The beginning of the second of the sign-in, in milliseconds since the epoch. */
  readonly signedInAt: number;
} {
  const [id = '', seconds] = deviceId.split('.');
  return { id, signedInAt: Number(seconds) * 1000 };
}
