import type { Grant } from '@latchkey/core';
import { deviceCookie } from '../cookies/session-cookies.ts';
import type { EdgeOptions } from './edge-options.ts';
import type { RequestCredentials } from './request-credentials.ts';

/** Returns the id of a request's device if that user has signed in from it before; else `null`. */
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

/** Returns the Set-Cookie headers of the device cookie; empty if the app uses no device tokens. */
export function deviceCookies(
  { devices, cookies }: EdgeOptions,
  device: string | null,
  { username, decidedAt }: Grant,
): string[] {
  return devices
    ? [deviceCookie(cookies, devices.issue(username, device, decidedAt), decidedAt)]
    : [];
}
