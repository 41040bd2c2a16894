import type { AnyClaims, Reason } from '@latchkey/core';
import type { CookieDescription, RequestSession } from '@latchkey/http';
import { z } from 'zod';

/**
 * The answer of `auth.session`. The type is written out, so that a client's types need neither the
 * schema nor zod.
 */
export interface SessionView<Claims extends AnyClaims = AnyClaims> {
  readonly principal: {
    readonly userId: string;
    readonly username: string;
    readonly role: string;
    readonly sessionId: string;
    readonly generation: number;
    /** The app's own claims: what the access token says, and so nothing secret. */
    readonly claims: Claims;
  } | null;
  /** Why the caller is not signed in; `null` if signed in. */
  readonly reason: Reason | null;
  readonly accessTokenSecondsLeft: number | null;
  readonly accessTokenSeconds: number;
  /** The decision of this request's own refresh; `null` if it was not refreshed. */
  readonly refreshed: 'rotate' | 'reissue' | 'converge' | 'recover' | null;
  /** The attributes of the session's cookies, without their values. */
  readonly cookies: CookieDescription[];
}

export const sessionView = z.object({
  principal: z
    .object({
      userId: z.string(),
      username: z.string(),
      role: z.string(),
      sessionId: z.string(),
      generation: z.number(),
      claims: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  reason: z.custom<Reason>((value) => typeof value === 'string').nullable(),
  accessTokenSecondsLeft: z.number().nullable(),
  accessTokenSeconds: z.number(),
  refreshed: z.enum(['rotate', 'reissue', 'converge', 'recover']).nullable(),
  cookies: z.array(
    z.object({
      name: z.string(),
      httpOnly: z.boolean(),
      secure: z.boolean(),
      sameSite: z.enum(['strict', 'lax', 'none']),
      path: z.string(),
      maxAgeSeconds: z.number().nullable(),
    }),
  ),
}) satisfies z.ZodType<SessionView>;

/**
 * Describes the session of a request to the page in the browser. It contains no secret.
 *
 * @throws StoreUnavailableError if the store could not say whether the caller is signed in
 * @example
 * import { sessionOf } from '@latchkey/http';
 * import { describeSession } from '@latchkey/trpc';
 *
 * app.get('/session', (request, response) => {
 *   response.json(describeSession(sessionOf(request)));
 * });
 */
export function describeSession<Claims extends AnyClaims = AnyClaims>(
  session: RequestSession<Claims>,
): SessionView<Claims> {
  const { authentication, refreshed } = session;
  if (session.outage) throw session.outage;
  return sessionView.parse({
    principal: authentication.kind === 'authenticated' ? authentication.principal : null,
    reason: authentication.kind === 'anonymous' ? authentication.reason : null,
    accessTokenSecondsLeft: session.accessTokenSecondsLeft,
    accessTokenSeconds: session.accessTokenSeconds,
    refreshed: refreshed?.kind === 'refreshed' ? refreshed.decision : null,
    cookies: session.cookieDescriptions,
  }) as SessionView<Claims>;
}
