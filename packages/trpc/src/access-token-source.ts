import type { IncomingMessage } from 'node:http';
import { readCookies, replaceCookie } from './cookies.ts';

/** What the edge needs of a request: headers and URL, both of which a refresh may rewrite. */
export type EdgeRequest = Pick<IncomingMessage, 'headers' | 'url'>;

/** A place where a request may carry its access token. */
export interface AccessTokenSource {
  /** All tokens found there; malformed ones included. */
  read(request: EdgeRequest): string[];
  /** Puts a token there, in place of whatever was. */
  write(request: EdgeRequest, token: string): void;
}

/** A cookie, however many of that name there are. */
export function fromCookie(name: string): AccessTokenSource {
  return {
    read: (request) => readCookies(request.headers.cookie, name),
    write(request, token) {
      request.headers.cookie = replaceCookie(request.headers.cookie, name, token);
    },
  };
}

/** `Authorization: Bearer` (RFC 6750, 2.1). */
export function fromAuthorization(): AccessTokenSource {
  return {
    read(request) {
      const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
      return token === undefined ? [] : [token];
    },
    write(request, token) {
      request.headers.authorization = `Bearer ${token}`;
    },
  };
}

/** A header of one's own, the token alone as its value. */
export function fromHeader(name: string): AccessTokenSource {
  const key = name.toLowerCase();
  return {
    read(request) {
      const value = request.headers[key];
      return typeof value === 'string' && value !== '' ? [value] : [];
    },
    write(request, token) {
      request.headers[key] = token;
    },
  };
}

/**
 * A query parameter, for clients that can set neither cookies nor headers (EventSource or WebSocket outside a browser). URLs end up in
 * logs and histories (ASVS 14.2.1), so it is never on by default.
 */
export function fromQuery(parameter: string): AccessTokenSource {
  const parse = (request: EdgeRequest) => {
    const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
    return { path, query: new URLSearchParams(query) };
  };
  return {
    read: (request) => parse(request).query.getAll(parameter).filter(Boolean),
    write(request, token) {
      const { path, query } = parse(request);
      query.set(parameter, token);
      request.url = `${path}?${query}`;
    },
  };
}
