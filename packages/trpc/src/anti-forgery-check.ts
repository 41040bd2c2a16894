import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomSecret, type SessionLayer } from '@latchkey/core';
import onHeaders from 'on-headers';
import { mayChange } from './content-type-check.ts';
import { type CookieOptions, preSessionCookie, preSessionName, readCookies } from './cookies.ts';
import type { RequestSession } from './request-session.ts';

/** The header that carries the token both ways. */
export const ANTI_FORGERY_HEADER = 'X-Anti-Forgery-Token';

/**
 * The anti-forgery token of one exchange, where cookies are `SameSite=Lax` or `None` and so may come along with another site's requests.
 * It is bound to the session; before there is one, to a random cookie of its own, so that nobody is signed in by another site either.
 * Every answer carries the caller's token as it is when the headers are written, and a refusal is such an answer: a client sends the request again with it.
 */
export function antiForgeryCheck(layer: SessionLayer, cookies: CookieOptions) {
  const bindingsOf = (request: IncomingMessage, session: RequestSession): string[] =>
    session.principal ? [session.principal.sessionId] : readCookies(request.headers.cookie, preSessionName(cookies)).map(ofPreSession);

  return {
    /** Arranges for the answer to carry the token. */
    handOut(request: IncomingMessage, response: ServerResponse, session: RequestSession): void {
      onHeaders(response, () => {
        let [binding] = bindingsOf(request, session);
        if (binding === undefined) {
          const value = randomSecret(PRE_SESSION_BYTES).toString('base64url');
          binding = ofPreSession(value);
          response.appendHeader('set-cookie', preSessionCookie(cookies, value));
        }
        response.setHeader(ANTI_FORGERY_HEADER, layer.antiForgeryToken(binding));
      });
    },

    /** Whether a request may go on: it only reads, or carries the token of its session. */
    admits(request: IncomingMessage, session: RequestSession): boolean {
      if (!mayChange(request.method)) return true;
      const token = request.headers[ANTI_FORGERY_HEADER.toLowerCase()];
      return typeof token === 'string' && bindingsOf(request, session).some((binding) => layer.isAntiForgeryToken(token, binding));
    },
  };
}

const PRE_SESSION_BYTES = 18;

/** No session id looks like this. */
function ofPreSession(value: string): string {
  return `before a session: ${value}`;
}
