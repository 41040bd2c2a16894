import type { IncomingMessage } from 'node:http';
import { cookieNames, deviceCookieName, readCookies, sessionOnlyName } from './cookies.ts';
import type { EdgeOptions } from './edge-options.ts';
import { injectAccessToken, readAccessTokens } from './inject.ts';

/** What a request carries to say who it comes from. Read anew each time: a refresh changes it. */
export class PresentedCredentials {
  readonly #edge: Pick<EdgeOptions, 'cookies' | 'sources'>;
  readonly #request: IncomingMessage;
  #injected: string | null = null;

  constructor(edge: Pick<EdgeOptions, 'cookies' | 'sources'>, request: IncomingMessage) {
    this.#edge = edge;
    this.#request = request;
  }

  /** The one that a refresh brought is among them, also where credentials of others leave it no place in the request. */
  get accessTokens(): string[] {
    const tokens = readAccessTokens(this.#request, this.#edge.sources);
    return this.#injected === null || tokens.includes(this.#injected) ? tokens : [...tokens, this.#injected];
  }

  /** The token that a refresh brought. */
  get injected(): string | null {
    return this.#injected;
  }

  get refreshTokens(): string[] {
    return this.#read('refreshToken');
  }

  get usernames(): string[] {
    return this.#read('username');
  }

  /** What it says of the device it comes from, which signs nobody in. */
  get deviceTokens(): string[] {
    return readCookies(this.#request.headers.cookie, deviceCookieName(this.#edge.cookies));
  }

  /** Whether whoever signed in here wants it to end with the browser. Only they gain by it, so nothing has to vouch for it. */
  get sessionOnly(): boolean {
    return readCookies(this.#request.headers.cookie, sessionOnlyName(this.#edge.cookies)).length > 0;
  }

  /** Whether there is all that a refresh needs. */
  get canRefresh(): boolean {
    return this.refreshTokens.length > 0 && this.usernames.length > 0;
  }

  get isEmpty(): boolean {
    return this.accessTokens.length === 0 && this.refreshTokens.length === 0 && this.usernames.length === 0;
  }

  /** Puts a fresh access token where other middleware will look, in place of those that are ours. */
  inject(accessToken: string, isOurs: (tokens: readonly string[]) => boolean): void {
    this.#injected = accessToken;
    injectAccessToken(this.#request, this.#edge.sources, accessToken, isOurs);
  }

  #read(which: 'refreshToken' | 'username'): string[] {
    return readCookies(this.#request.headers.cookie, cookieNames(this.#edge.cookies)[which]);
  }
}
