import type { Grant } from '@latchkey/core';
import { deviceCookie } from '../cookies/session-cookies.ts';
import type { EdgeOptions } from './edge-options.ts';
import type { RequestCredentials } from './request-credentials.ts';

/**
 * The id of the device that a request comes from, when a user of that name signed in from it
 * before.
 */
export function deviceOf(
  { devices }: EdgeOptions,
  { deviceTokens }: RequestCredentials,
  username: string,
  now: number,
): string | null {
  if (!devices) return null;
  return (
    deviceTokens
      .map((token) => devices.verify(token, username, now))
      .find((device) => device !== null) ?? null
  );
}

/**
 * The cookie by which a browser is known as a device from then on; none where devices are not told
 * apart.
 */
export function deviceCookies(
  { devices, cookies }: EdgeOptions,
  device: string | null,
  { username, decidedAt }: Grant,
): string[] {
  return devices
    ? [deviceCookie(cookies, devices.issue(username, device, decidedAt), decidedAt)]
    : [];
}
