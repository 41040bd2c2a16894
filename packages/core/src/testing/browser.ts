import { Cookie, CookieJar } from 'tough-cookie';
import type { Clock } from '../lib/clock.ts';
import { checkSetCookie } from './set-cookie-rules.ts';

/** A response with its body read; its cookies are not in the jar yet. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly setCookies: readonly string[];
}

/** A request in transit. Its headers are fixed; the jar changes when the reply is delivered. */
export interface Flight {
  /** The Cookie header of the request. */
  readonly cookieHeader: string;
  /** Lets the request reach the server and awaits the reply. A second call returns the same one. */
  arrive(): Promise<Reply>;
  /** Lets the reply reach the browser, which stores its cookies. Not calling it loses the reply. */
  deliver(): Promise<Reply>;
}

/** A test browser: a cookie jar (RFC 6265bis, by `tough-cookie`) with expiry by a given clock. */
export interface Browser {
  /** Sends a request; the caller decides when it arrives, and whether the reply is delivered. */
  send(path: string, init?: RequestInit): Flight;
  /** Sends a request and delivers its reply. */
  request(path: string, init?: RequestInit): Promise<Reply>;
  /** A `fetch` that uses the jar, for example for a tRPC link. The body may stream. */
  readonly fetch: (input: string | URL | Request, init?: FetchInit) => Promise<Response>;
  /** Sends a POST with a JSON body, and delivers its reply. */
  post(path: string, body?: unknown): Promise<Reply>;
  /** The cookies that the next request sends. */
  cookies(): ReadonlyMap<string, string>;
  setCookie(name: string, value: string): void;
  /** Stores Set-Cookie headers of another response, such as a WebSocket handshake. */
  receive(setCookies: readonly string[]): void;
  dropCookie(name: string): void;
  /**
   * Returns a browser with a copy of this cookie jar: that of a thief, or of a restored profile.
   */
  copy(): Browser;
  /** Every Set-Cookie header delivered so far. */
  readonly received: readonly string[];
  /** The cookies as Playwright's `newContext({ storageState })` takes them. */
  storageState(): StorageState;
}

/** `RequestInit`, where `signal` may be `undefined`, as tRPC's links pass it. */
export type FetchInit = Omit<RequestInit, 'signal'> & {
  readonly signal?: AbortSignal | null | undefined;
};

/** Playwright's storage state. `expires` is in seconds since the epoch, -1 for a session cookie. */
export interface StorageState {
  readonly cookies: {
    readonly name: string;
    readonly value: string;
    readonly domain: string;
    readonly path: string;
    readonly expires: number;
    readonly httpOnly: boolean;
    readonly secure: boolean;
    readonly sameSite: 'Strict' | 'Lax' | 'None';
  }[];
  readonly origins: never[];
}

const SAME_SITE = { strict: 'Strict', lax: 'Lax', none: 'None' } as const;

/** The options of {@link createBrowser}. */
export interface BrowserOptions {
  /** The server's origin. `http://localhost:…` counts as secure, so `Secure` cookies are stored. */
  readonly origin: string;
  readonly clock: Clock;
  readonly userAgent?: string;
  readonly fetch?: typeof fetch;
}

/**
 * Creates a test browser with an empty cookie jar.
 *
 * @example
 * import { createBrowser, settableClock } from '@latchkey/core/testing';
 *
 * const browser = createBrowser({ origin: 'http://localhost:3000', clock: settableClock() });
 * const { status } = await browser.post('/login', { username: 'ada', password: 'right' });
 * const thief = browser.copy();
 */
export function createBrowser(options: BrowserOptions): Browser {
  return browserWith(options, new CookieJar(), new Map());
}

function browserWith(
  options: BrowserOptions,
  jar: CookieJar,
  expiries: Map<string, number>,
): Browser {
  const { origin, clock, userAgent = 'Latchkey test browser' } = options;
  const send = options.fetch ?? fetch;
  const received: string[] = [];

  /** `tough-cookie` expires cookies by the machine's clock, so expiry is checked here. */
  function store(header: string): void {
    const cookie = Cookie.parse(header);
    if (!cookie) throw new Error(`cannot parse the Set-Cookie header: ${header}`);
    const lifetime =
      typeof cookie.maxAge === 'number'
        ? cookie.maxAge * 1000
        : cookie.expires instanceof Date
          ? cookie.expires.getTime() - clock.now()
          : Number.POSITIVE_INFINITY;
    cookie.maxAge = null;
    cookie.expires = 'Infinity';
    jar.setCookieSync(cookie, origin);
    expiries.set(cookie.key, clock.now() + lifetime);
  }

  function deliver(setCookies: readonly string[]): void {
    for (const header of setCookies) checkSetCookie(header);
    for (const header of setCookies) store(header);
    received.push(...setCookies);
  }

  const live = () =>
    jar.getCookiesSync(origin).filter(({ key }) => clock.now() < (expiries.get(key) ?? 0));

  function prepare(init: RequestInit) {
    const cookieHeader = live()
      .map((cookie) => cookie.cookieString())
      .join('; ');
    const headers = new Headers(init.headers);
    headers.set('user-agent', userAgent);
    if (cookieHeader) headers.set('cookie', cookieHeader);
    return { cookieHeader, headers };
  }

  const browser: Browser = {
    received,
    async fetch(input, init = {}) {
      const { signal = null, ...rest } = init;
      const response = await send(input, { ...rest, signal, headers: prepare(rest).headers });
      deliver(response.headers.getSetCookie());
      return response;
    },
    send(path, init = {}) {
      const { cookieHeader, headers } = prepare(init);
      let reply: Promise<Reply> | undefined;
      const arrive = () => {
        reply ??= send(new URL(path, origin), { redirect: 'manual', ...init, headers }).then(
          async (response) => ({
            status: response.status,
            headers: response.headers,
            body: await response.text(),
            setCookies: response.headers.getSetCookie(),
          }),
        );
        return reply;
      };
      return {
        cookieHeader,
        arrive,
        async deliver() {
          const arrived = await arrive();
          deliver(arrived.setCookies);
          return arrived;
        },
      };
    },
    request: (path, init) => browser.send(path, init).deliver(),
    post: (path, body = {}) =>
      browser.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    cookies: () => new Map(live().map((cookie) => [cookie.key, cookie.value])),
    receive: deliver,
    setCookie: (name, value) => store(`${name}=${value}; Path=/`),
    dropCookie: (name) => store(`${name}=; Path=/; Secure; Max-Age=0`),
    copy: () => browserWith(options, jar.cloneSync() as CookieJar, new Map(expiries)),
    storageState: () => ({
      cookies: live().map(({ key, value, domain, path, httpOnly, secure, sameSite }) => {
        const expiresAt = expiries.get(key) ?? Number.POSITIVE_INFINITY;
        return {
          name: key,
          value,
          domain: domain ?? new URL(origin).hostname,
          path: path ?? '/',
          expires: Number.isFinite(expiresAt) ? Math.floor(expiresAt / 1000) : -1,
          httpOnly,
          secure,
          sameSite: SAME_SITE[sameSite as keyof typeof SAME_SITE] ?? 'Lax',
        };
      }),
      origins: [],
    }),
  };
  return browser;
}
