import type { Browser } from '@latchkey/core/testing';

/** Returns the session id in a browser's access token. */
export function sessionIdOf(browser: Browser): string {
  return JSON.parse(
    Buffer.from(
      browser.cookies().get('X-Access-Token')?.split('.')[1] ?? '',
      'base64url',
    ).toString(),
  ).sid;
}
