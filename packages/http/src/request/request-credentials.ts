import { readCookies } from '../cookies/cookie-header.ts';
import type { CookieNames } from '../cookies/cookie-options.ts';
import type { Exchange } from '../exchange.ts';
import type { TokenSource } from './token-sources.ts';

/** The credentials of a request. Read once; a refresh does not change them. */
export interface RequestCredentials {
  readonly accessTokens: readonly string[];
  readonly refreshTokens: readonly string[];
  readonly usernames: readonly string[];
  /** Whether the session ends with the browser. Unsigned, because it concerns only the user. */
  readonly sessionOnly: boolean;
  /** Tokens that name the device; they are not credentials. */
  readonly deviceTokens: readonly string[];
}

/**
 * The credentials of a request that has them in cookies. Access tokens are read from their sources
 * at once; the rest, which a request with a valid access token does not need, when asked for.
 */
export class CookieCredentials implements RequestCredentials {
  readonly accessTokens: readonly string[];
  /** The header as it came: a refresh changes that of the request. */
  readonly #header: string | undefined;
  readonly #names: CookieNames;

  constructor(exchange: Exchange, sources: readonly TokenSource[], names: CookieNames) {
    // A loop: flatMap costs more than the sources here, on every request.
    const accessTokens: string[] = [];
    for (const source of sources) accessTokens.push(...source.read(exchange));
    this.accessTokens = accessTokens;
    this.#header = exchange.header('cookie');
    this.#names = names;
  }

  get refreshTokens(): readonly string[] {
    return readCookies(this.#header, this.#names.refreshToken);
  }

  get usernames(): readonly string[] {
    return readCookies(this.#header, this.#names.username);
  }

  get sessionOnly(): boolean {
    return readCookies(this.#header, this.#names.sessionOnly).length > 0;
  }

  get deviceTokens(): readonly string[] {
    return readCookies(this.#header, this.#names.device);
  }
}
