import type { SessionLayer, User } from '@latchkey/core';
import { type Browser, createBrowser, type Reply } from '@latchkey/core/testing';
import {
  type CookieOptionsInput,
  cookieNames,
  grantCookies,
  parseCookieOptions,
} from '@latchkey/http';

/** A browser with a cookie jar in which a user is signed in. */
export interface SignedInBrowser extends Browser {
  readonly sessionId: string;
  /** Drops the access token from the jar, as if it had expired: the next request is refreshed. */
  expireAccessToken(): void;
  /**
   * Presents the refresh token that the last rotation replaced, as a thief with an old copy does.
   * This browser's own jar stays.
   *
   * @throws Error if the refresh token has not been rotated yet
   */
  replayOldRefreshToken(path: string, init?: RequestInit): Promise<Reply>;
}

/** The options of {@link signedInBrowser}. */
export interface SignedInBrowserOptions {
  /** The origin of the server under test, `http://localhost:…`. */
  readonly origin: string;
  /** The server's session layer: the session is a real one, in its store. */
  readonly layer: SessionLayer;
  readonly user: User;
  /** The cookie options of the server under test. */
  readonly cookies?: CookieOptionsInput;
  readonly userAgent?: string;
}

/**
 * Signs a user in without a password: issues a session and puts its cookies into a jar. Pass its
 * `fetch` to a tRPC client.
 *
 * @example
 * import { signedInBrowser } from '@latchkey/trpc/testing';
 * import { createTRPCClient, httpLink } from '@trpc/client';
 *
 * const origin = 'http://localhost:3000';
 * const { fetch, expireAccessToken } = await signedInBrowser({ origin, layer, user });
 * const link = httpLink({ url: `${origin}/trpc`, fetch });
 * const client = createTRPCClient<AppRouter>({ links: [link] });
 * expireAccessToken();
 * await client.hello.query(); // refreshed within the request
 */
export async function signedInBrowser({
  origin,
  layer,
  user,
  cookies,
  userAgent = 'Latchkey test browser',
}: SignedInBrowserOptions): Promise<SignedInBrowser> {
  const options = { origin, clock: layer.clock, userAgent };
  const attributes = parseCookieOptions(cookies);
  const names = cookieNames(attributes);
  const grant = await layer.issue(user, { userAgent, ipAddress: null });
  const browser = createBrowser(options);
  browser.receive(grantCookies(attributes, grant, false));

  const receivedAs = (name: string) =>
    browser.received.filter((header) => header.startsWith(`${name}=`));
  return {
    ...browser,
    sessionId: grant.sessionId,
    expireAccessToken: () => browser.dropCookie(names.accessToken),
    replayOldRefreshToken(path, init) {
      const current = browser.cookies().get(names.refreshToken);
      const old = receivedAs(names.refreshToken).findLast(
        (header) => !header.startsWith(`${names.refreshToken}=${current};`),
      );
      const username = receivedAs(names.username).at(-1);
      if (!old || !username)
        throw new Error(
          'Nothing has been rotated yet: expire the access token and send a request first.',
        );
      const thief = createBrowser(options);
      thief.receive([old, username]);
      return thief.request(path, init);
    },
  };
}
