import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomSecret, type SessionLayer } from '@latchkey/core';
import onHeaders from 'on-headers';
import { isUnsafeMethod } from './content-type-check.ts';
import { type CookieOptions, preSessionCookie, preSessionName, readCookies } from './cookies.ts';
import type { RequestSession } from './request-session.ts';

/** The header that carries the token both ways. */
export const CSRF_HEADER = 'X-CSRF-Token';

/**
 * The anti-forgery token of one exchange, where cookies are `SameSite=Lax` or `None` and so may come along with another site's requests.
 * It is bound to the session; before there is one, to a random cookie of its own, so that nobody is signed in by another site either.
 * Every answer carries the caller's token as it is when the headers are written, and a refusal is such an answer: a client sends the request again with it.
 */
export function csrfCheck(layer: SessionLayer, cookies: CookieOptions) {
  const preSessionsOf = ({ headers }: IncomingMessage) => readCookies(headers.cookie, preSessionName(cookies)).slice(0, MAX_PRE_SESSIONS);
  const bindingsOf = (request: IncomingMessage, session: RequestSession): string[] =>
    session.principal ? [session.principal.sessionId] : preSessionsOf(request).map(ofPreSession);
  const arranged = new WeakSet<ServerResponse>();

  return {
    /** Arranges for the answer to carry the token, once. No cache may keep such an answer: the token and the cookie are one caller's. */
    handOut(request: IncomingMessage, response: ServerResponse, session: RequestSession): void {
      if (arranged.has(response)) return;
      arranged.add(response);
      onHeaders(response, () => {
        let [binding] = bindingsOf(request, session);
        if (binding === undefined) {
          const value = randomSecret(PRE_SESSION_BYTES).toString('base64url');
          binding = ofPreSession(value);
          response.appendHeader('set-cookie', preSessionCookie(cookies, value));
        }
        response.setHeader(CSRF_HEADER, layer.csrfToken(binding));
        response.setHeader('cache-control', 'no-store');
      });
    },

    /** Whether a request may go on: it only reads, or carries the token of its session. */
    admits(request: IncomingMessage, session: RequestSession): boolean {
      if (!isUnsafeMethod(request.method)) return true;
      const token = request.headers[CSRF_HEADER.toLowerCase()];
      return typeof token === 'string' && bindingsOf(request, session).some((binding) => layer.isCsrfToken(token, binding));
    },
  };
}

const PRE_SESSION_BYTES = 18;
/** Each costs a signature check. The token that is handed out is bound to the first, so no more are needed. */
const MAX_PRE_SESSIONS = 4;

/** No session id looks like this. */
function ofPreSession(value: string): string {
  return `before a session: ${value}`;
}
