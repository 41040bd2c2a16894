import { Cookie, CookieJar } from 'tough-cookie';
import type { Clock } from '../lib/clock.ts';
import { holdToRules } from './set-cookie-rules.ts';

/** A response as the network brought it, body read, cookies not yet in the jar. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly setCookies: readonly string[];
}

/**
 * One request on its way. What it carries was fixed when it was sent; the jar changes only when the
 * reply is delivered.
 */
export interface Flight {
  /** The Cookie header it left with. */
  readonly cookieHeader: string;
  /** Reaches the server and waits for the reply. Calling it again returns the same reply. */
  arrive(): Promise<Reply>;
  /**
   * The reply reaches the browser, which takes its cookies. A reply that is never delivered is a
   * lost one.
   */
  deliver(): Promise<Reply>;
}

/**
 * A browser as far as cookies go: one real jar (RFC 6265bis, by tough-cookie), expiry by the clock
 * it is given.
 */
export interface Browser {
  /**
   * Sends without waiting: the caller decides when the request arrives and whether the reply ever
   * does.
   */
  send(path: string, init?: RequestInit): Flight;
  /** Sends, arrives and is delivered at once. */
  request(path: string, init?: RequestInit): Promise<Reply>;
  /**
   * A `fetch` that uses the jar, for clients that want one, tRPC's among them; the body may stream.
   */
  readonly fetch: (input: string | URL | Request, init?: FetchInit) => Promise<Response>;
  /** POST with a JSON body. */
  post(path: string, body?: unknown): Promise<Reply>;
  /** The cookies it would send now. */
  cookies(): ReadonlyMap<string, string>;
  setCookie(name: string, value: string): void;
  /** Takes Set-Cookie headers that came another way, as those of a WebSocket's handshake do. */
  receive(setCookies: readonly string[]): void;
  dropCookie(name: string): void;
  /**
   * Another jar with the same contents: what a thief takes, or a backup of the profile restores.
   */
  copy(): Browser;
  /** Every Set-Cookie header delivered so far. */
  readonly received: readonly string[];
  /**
   * Its cookies in the form that Playwright's `newContext({ storageState })` takes, so that a page
   * of a real browser begins where this one stands.
   */
  storageState(): StorageState;
}

/** As `RequestInit`; a signal may also be given as undefined, as tRPC's links do. */
export type FetchInit = Omit<RequestInit, 'signal'> & {
  readonly signal?: AbortSignal | null | undefined;
};

/**
 * What Playwright calls a storage state. `expires` is in seconds since the epoch, -1 for a cookie
 * that ends with the browser.
 */
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

export interface BrowserOptions {
  /**
   * Origin of the server, `http://localhost:…`: browsers treat it as secure, so `Secure` cookies
   * are kept.
   */
  readonly origin: string;
  readonly clock: Clock;
  readonly userAgent?: string;
  readonly fetch?: typeof fetch;
}

export function createBrowser(
  options: BrowserOptions,
  jar = new CookieJar(),
  expiries = new Map<string, number>(),
): Browser {
  const { origin, clock, userAgent = 'Latchkey test browser' } = options;
  const send = options.fetch ?? fetch;
  const received: string[] = [];

  /** The jar's own expiry reads the machine's clock, so lifetimes are kept here. */
  function store(header: string): void {
    const cookie = Cookie.parse(header);
    if (!cookie) throw new Error(`not a cookie: ${header}`);
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
    for (const header of setCookies) holdToRules(header);
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
    copy: () => createBrowser(options, jar.cloneSync(), new Map(expiries)),
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
