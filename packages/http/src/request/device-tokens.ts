/**
 * How long a browser keeps the cookie of a device: as long as browsers keep any (RFC 6265bis, 5.5:
 * 400 days).
 */
export const DEVICE_COOKIE_SECONDS = 400 * 86_400;

/**
 * Recognises devices by a token in a cookie (port): an attempt to sign in from a device of the user
 * need not share its limits with attempts from elsewhere (OWASP, "device cookies").
 */
export interface DeviceTokens {
  /**
   * Makes a device token for a user who has just signed in.
   *
   * @param deviceId the device's, where it is known already
   * @param now milliseconds since the epoch
   */
  issue(username: string, deviceId: string | null, now: number): string;
  /**
   * Verifies a device token.
   * @param now milliseconds since the epoch
   * @returns the device's id; `null` for a token that is invalid, too old or another user's
   */
  verify(token: string, username: string, now: number): string | null;
}
