import type { MacKey } from '@latchkey/core';
import { equalSecrets, hashSecret, mac, randomSecret } from '@latchkey/core/crypto';
import { DEVICE_COOKIE_SECONDS, type DeviceTokens } from '@latchkey/http';

const PREFIX = 'ld1.';
const DEVICE_BYTES = 16;
const ISSUED_BYTES = 4;
const MAC_BYTES = 16;
const ISSUED_AT = DEVICE_BYTES;
const MAC_AT = DEVICE_BYTES + ISSUED_BYTES;
const TOKEN_PATTERN = /^ld1\.[A-Za-z0-9_-]{48}$/;

/**
 * A device token grants no access. It separates the owner's sign-in attempts from those of
 * strangers, whose guesses then cannot lock the owner out.
 *
 * @param keys the first signs, all verify
 */
export function deviceTokens(keys: readonly MacKey[]): DeviceTokens {
  const [signing] = keys;
  if (!signing) throw new Error('device tokens need a key');
  return {
    issue(username, deviceId, now) {
      const bytes = Buffer.alloc(MAC_AT + MAC_BYTES);
      if (deviceId === null) randomSecret(DEVICE_BYTES).copy(bytes);
      else bytes.write(deviceId, 'base64url');
      bytes.writeUInt32BE(Math.floor(now / 1000), ISSUED_AT);
      tokenMac(signing, bytes, username).copy(bytes, MAC_AT);
      return PREFIX + bytes.toString('base64url');
    },

    verify(token, username, now) {
      if (!TOKEN_PATTERN.test(token)) return null;
      const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
      const presented = bytes.subarray(MAC_AT);
      if (!keys.some((key) => equalSecrets(tokenMac(key, bytes, username), presented))) return null;
      const old = now / 1000 - bytes.readUInt32BE(ISSUED_AT) >= DEVICE_COOKIE_SECONDS;
      return old ? null : bytes.subarray(0, ISSUED_AT).toString('base64url');
    },
  };
}

/**
 * A MAC over the token's content and the username. Both parts have fixed lengths, the username as
 * its hash, so that neither can be mistaken for the other.
 */
function tokenMac({ key }: MacKey, bytes: Buffer, username: string): Buffer {
  return mac(
    key,
    Buffer.concat([bytes.subarray(0, MAC_AT), Buffer.from(hashSecret(Buffer.from(username)))]),
    MAC_BYTES,
  );
}
