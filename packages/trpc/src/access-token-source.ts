import type { IncomingMessage } from 'node:http';
import { readCookies, replaceCookie } from './cookies.ts';

/** What the edge needs of a request: headers and URL, both of which a refresh may rewrite. */
export type EdgeRequest = Pick<IncomingMessage, 'headers' | 'url'>;

/** A place where a request may carry its access token. */
export interface AccessTokenSource {
  /** All tokens found there; malformed ones included. */
  read(request: EdgeRequest): string[];
  /**
   * Puts a token there, in place of one of ours. Where others keep credentials too, such as in `Authorization`, theirs stays.
   *
   * @param isOurs whether any of the tokens found there is one of ours, expired or not
   */
  write(request: EdgeRequest, token: string, isOurs: (tokens: readonly string[]) => boolean): void;
}

/** A cookie, however many of that name there are. Its name is ours alone, so whatever is there is replaced. */
export function fromCookie(name: string): AccessTokenSource {
  return {
    read: (request) => readCookies(request.headers.cookie, name),
    write(request, token) {
      request.headers.cookie = replaceCookie(request.headers.cookie, name, token);
    },
  };
}

/** `Authorization: Bearer` (RFC 6750, 2.1). The scheme's case does not count (RFC 9110, 11.1). A credential of another issuer or scheme stays. */
export function fromAuthorization(): AccessTokenSource {
  const read = ({ headers }: EdgeRequest) => {
    const token = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    return token === undefined ? [] : [token];
  };
  return {
    read,
    write(request, token, isOurs) {
      if (request.headers.authorization === undefined || isOurs(read(request))) request.headers.authorization = `Bearer ${token}`;
    },
  };
}

/** Another header, the token alone as its value. A value that is no token of ours stays. */
export function fromHeader(name: string): AccessTokenSource {
  const key = name.toLowerCase();
  const read = ({ headers }: EdgeRequest) => {
    const value = headers[key];
    return typeof value === 'string' && value !== '' ? [value] : [];
  };
  return {
    read,
    write(request, token, isOurs) {
      if (!request.headers[key] || isOurs(read(request))) request.headers[key] = token;
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
  const tokensIn = (query: URLSearchParams) => query.getAll(parameter).filter(Boolean);
  return {
    read: (request) => tokensIn(parse(request).query),
    write(request, token, isOurs) {
      const { path, query } = parse(request);
      const found = tokensIn(query);
      if (found.length > 0 && !isOurs(found)) return;
      query.set(parameter, token);
      request.url = `${path}?${query}`;
    },
  };
}
