import { randomSecret, type SessionLayer } from '@latchkey/core';
import { readCookies } from '../cookies/cookie-header.ts';
import { type CookieOptions, cookieNames } from '../cookies/cookie-options.ts';
import { preSessionCookie } from '../cookies/session-cookies.ts';
import type { Exchange } from '../exchange.ts';
import type { RequestSession } from '../request/request-session.ts';
import { isUnsafeMethod } from './content-type.ts';

/** The header that carries the CSRF token both ways. */
export const CSRF_HEADER = 'X-CSRF-Token';

/** The CSRF check of one app. */
export interface CsrfCheck {
  /**
   * Arranges for the response to carry the caller's token, once. No cache may keep it: token and
   * cookie are one caller's.
   */
  attachToken(exchange: Exchange, session: RequestSession): void;
  /** Whether a request may go on: it only reads, or carries the token of its session. */
  admits(exchange: Exchange, session: RequestSession): boolean;
}

/**
 * Checks CSRF tokens, where cookies are `SameSite=Lax` or `None` and so may come with another
 * site's requests. A token is bound to the session; before there is one, to a random cookie of its
 * own, so that another site cannot sign anyone in either. Every response carries the caller's token
 * as of when its head is written, a refusal too: a client sends the request again with it.
 */
export function csrfCheck(layer: SessionLayer, cookies: CookieOptions): CsrfCheck {
  const attached = new WeakSet<RequestSession>();
  const { preSession } = cookieNames(cookies);
  const preSessionsOf = (exchange: Exchange) =>
    readCookies(exchange.header('cookie'), preSession).slice(0, MAX_PRE_SESSIONS);
  const bindingsOf = (exchange: Exchange, session: RequestSession): string[] =>
    session.principal ? [session.principal.sessionId] : preSessionsOf(exchange).map(bindingOf);

  return {
    attachToken(exchange, session) {
      if (attached.has(session)) return;
      attached.add(session);
      exchange.onHead(() => {
        let [binding] = bindingsOf(exchange, session);
        if (binding === undefined) {
          const value = randomSecret(PRE_SESSION_BYTES).toString('base64url');
          binding = bindingOf(value);
          exchange.appendSetCookie(preSessionCookie(cookies, value));
        }
        exchange.setHeader(CSRF_HEADER, layer.csrfToken(binding));
        exchange.setHeader('cache-control', 'no-store');
      });
    },

    admits(exchange, session) {
      if (!isUnsafeMethod(exchange.method)) return true;
      const token = exchange.header(CSRF_HEADER.toLowerCase());
      return (
        token !== undefined &&
        bindingsOf(exchange, session).some((binding) => layer.isCsrfToken(token, binding))
      );
    },
  };
}

const PRE_SESSION_BYTES = 18;
/**
 * Each costs a signature check. The token that is handed out is bound to the first, so no more are
 * needed.
 */
const MAX_PRE_SESSIONS = 4;

/** No session id looks like this. */
function bindingOf(preSession: string): string {
  return `before a session: ${preSession}`;
}
