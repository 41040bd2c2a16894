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
