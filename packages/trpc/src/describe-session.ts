import type { Reason } from '@latchkey/core';
import { z } from 'zod';
import type { RequestSession } from './request-session.ts';

/** What `auth.session` answers. */
export const sessionView = z.object({
  principal: z.object({ userId: z.string(), username: z.string(), role: z.string(), sessionId: z.string(), generation: z.number() }).nullable(),
  /** Why nobody is signed in. */
  reason: z.custom<Reason>((value) => typeof value === 'string').nullable(),
  accessTokenSecondsLeft: z.number().nullable(),
  accessTokenSeconds: z.number(),
  /** What this very request did to the session. */
  refreshed: z.enum(['rotate', 'reissue', 'converge', 'recover']).nullable(),
  /** Attributes as the server sets them; never a value. */
  cookies: z.array(
    z.object({
      name: z.string(),
      httpOnly: z.boolean(),
      secure: z.boolean(),
      sameSite: z.enum(['strict', 'lax', 'none']),
      path: z.string(),
      /** Null when it ends with the browser. */
      maxAgeSeconds: z.number().nullable(),
    }),
  ),
});

export type SessionView = z.infer<typeof sessionView>;

/**
 * Whose session a request has, for the page in the browser. Nothing of it is a secret.
 *
 * @throws StoreUnavailableError when nobody knows
 */
export function describeSession(session: RequestSession): SessionView {
  const { authentication, refreshed } = session;
  if (session.outage) throw session.outage;
  return sessionView.parse({
    principal: authentication.kind === 'authenticated' ? authentication.principal : null,
    reason: authentication.kind === 'anonymous' ? authentication.reason : null,
    accessTokenSecondsLeft: session.accessTokenSecondsLeft,
    accessTokenSeconds: session.accessTokenSeconds,
    refreshed: refreshed?.kind === 'refreshed' ? refreshed.decision : null,
    cookies: session.cookieDescriptions,
  });
}
