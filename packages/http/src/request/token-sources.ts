import { replaceCookie, valuesOf } from '../cookies/cookie-header.ts';
import type { RequestTarget } from '../exchange.ts';

/** A place in a request that may hold its access token (port). */
export interface TokenSource {
  /** Returns all tokens in this place, malformed ones included. */
  read(request: RequestTarget): string[];
  /**
   * Writes a token into this place, over one that this app issued. A credential of another issuer,
   * such as one in `Authorization`, stays.
   *
   * @param isOurs whether one of these tokens was issued by this app, expired or not
   */
  write(
    request: RequestTarget,
    token: string,
    isOurs: (tokens: readonly string[]) => boolean,
  ): void;
}

/**
 * Reads access tokens from all cookies with this name.
 *
 * @example
 * import { fromCookie, latchkey } from '@latchkey/http';
 *
 * app.use(latchkey({ layer, accessTokenFrom: [fromCookie('__Host-X-Access-Token')] }));
 */
export function fromCookie(name: string): TokenSource {
  const key = `${name}=`;
  return {
    read(request) {
      const header = request.header('cookie');
      return header === undefined ? [] : valuesOf(header, key);
    },
    write(request, token) {
      request.setRequestHeader('cookie', replaceCookie(request.header('cookie'), name, token));
    },
  };
}

/**
 * Reads the access token from `Authorization: Bearer` (RFC 6750, 2.1), the scheme in any case (RFC
 * 9110, 11.1). A credential of another issuer or scheme stays.
 *
 * @example
 * import { fromAuthorization, latchkey } from '@latchkey/http';
 *
 * app.use('/api', latchkey({ layer, accessTokenFrom: [fromAuthorization()] }));
 */
export function fromAuthorization(): TokenSource {
  const read = (request: RequestTarget) => {
    const header = request.header('authorization');
    const token = header === undefined ? undefined : /^bearer +(\S+)$/i.exec(header)?.[1];
    return token === undefined ? [] : [token];
  };
  return {
    read,
    write(request, token, isOurs) {
      if (request.header('authorization') === undefined || isOurs(read(request)))
        request.setRequestHeader('authorization', `Bearer ${token}`);
    },
  };
}

/**
 * Reads the access token from another header, whose whole value it is. A value that is not a token
 * of ours stays.
 *
 * @example
 * import { fromHeader, latchkey } from '@latchkey/http';
 *
 * app.use(latchkey({ layer, accessTokenFrom: [fromHeader('X-Api-Token')] }));
 */
export function fromHeader(name: string): TokenSource {
  const key = name.toLowerCase();
  const read = (request: RequestTarget) => {
    const value = request.header(key);
    return value === undefined || value === '' ? [] : [value];
  };
  return {
    read,
    write(request, token, isOurs) {
      if (!request.header(key) || isOurs(read(request))) request.setRequestHeader(key, token);
    },
  };
}

/**
 * Reads the access token from a query parameter, for clients that can set neither cookies nor
 * headers (EventSource or WebSocket outside a browser). Off by default: URLs end up in logs and
 * histories (ASVS 14.2.1).
 *
 * @example
 * import { fromQuery, latchkey } from '@latchkey/http';
 *
 * app.use('/events', latchkey({ layer, accessTokenFrom: [fromQuery('access_token')] }));
 */
export function fromQuery(parameter: string): TokenSource {
  const parse = ({ url }: RequestTarget) => {
    const [path = '/', query = ''] = url.split(/\?(.*)/s);
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
      request.setUrl(`${path}?${query}`);
    },
  };
}

/**
 * Injects a new access token for later middleware: into the first source, and into each other one
 * that has a token of ours, so that no expired token shadows it.
 */
export function injectAccessToken(
  request: RequestTarget,
  sources: readonly TokenSource[],
  token: string,
  isOurs: (tokens: readonly string[]) => boolean,
): void {
  sources.forEach((source, index) => {
    if (index === 0 || source.read(request).length > 0) source.write(request, token, isOurs);
  });
}
