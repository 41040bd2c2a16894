import { randomSecret, type SessionLayer } from '@latchkey/core';
import { readCookies } from '../cookies/cookie-header.ts';
import { type CookieOptions, cookieNames } from '../cookies/cookie-options.ts';
import { preSessionCookie } from '../cookies/session-cookies.ts';
import type { Exchange } from '../exchange.ts';
import type { RequestSession } from '../request/request-session.ts';
import { isUnsafeMethod } from './content-type.ts';

/** The name of the header that carries the CSRF token, in requests and responses. */
export const CSRF_HEADER = 'X-CSRF-Token';

/** Set on a session whose token is attached: one property for every copy of this package. */
const ATTACHED: unique symbol = Symbol.for('latchkey.csrf_attached');
type Attaching = RequestSession & { [ATTACHED]?: true };

/** The check for CSRF tokens of one app. */
export interface CsrfCheck {
  /** Adds the caller's CSRF token to the response, which caches then must not store. */
  attachToken(exchange: Exchange, session: RequestSession): void;
  /**
   * True for safe methods, for requests with the CSRF token of their session, and for those whose
   * tokens travel in headers, which no browser adds to a request.
   */
  admits(exchange: Exchange, session: RequestSession): boolean;
}

/**
 * Creates the CSRF check, for cookies with `SameSite=Lax` or `None`. A token is bound to the
 * session or, before sign-in, to a random pre-session cookie, which prevents login CSRF. Each
 * response carries the caller's token, refusals too: a client repeats the request with it.
 *
 * @example
 * import { csrfCheck, NodeExchange, parseCookieOptions, sessionOf } from '@latchkey/http';
 *
 * const csrf = csrfCheck(layer, parseCookieOptions({ sameSite: 'lax' }));
 * app.use((request, response, next) => {
 *   const exchange = new NodeExchange(request, response);
 *   const session = sessionOf(request);
 *   csrf.attachToken(exchange, session);
 *   if (csrf.admits(exchange, session)) next();
 *   else response.sendStatus(403);
 * });
 */
export function csrfCheck(layer: SessionLayer, cookies: CookieOptions): CsrfCheck {
  const { preSession } = cookieNames(cookies);
  const preSessionsOf = (exchange: Exchange) =>
    readCookies(exchange.header('cookie'), preSession).slice(0, MAX_PRE_SESSIONS);
  const bindingsOf = (exchange: Exchange, session: RequestSession): string[] =>
    session.principal ? [session.principal.sessionId] : preSessionsOf(exchange).map(bindingOf);

  return {
    attachToken(exchange, session) {
      const attaching = session as Attaching;
      if (attaching[ATTACHED] || session.transfer === 'headers') return;
      attaching[ATTACHED] = true;
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
      if (!isUnsafeMethod(exchange.method) || session.transfer === 'headers') return true;
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
 * How many pre-session cookies are tried, as each costs a signature check. New tokens are bound to
 * the first.
 */
const MAX_PRE_SESSIONS = 4;

/** Returns the binding of a CSRF token before sign-in. It cannot be mistaken for a session id. */
function bindingOf(preSession: string): string {
  return `before a session: ${preSession}`;
}
