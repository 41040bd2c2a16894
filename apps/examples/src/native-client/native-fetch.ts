/** What a session of this client consists of. Empty texts after a sign-out. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly username: string;
}

/** The safe of the device: the keychain of a phone, a file with mode 600 of a command line. */
export interface TokenSafe {
  load(): Promise<Partial<Tokens>>;
  save(tokens: Partial<Tokens>): Promise<void>;
}

const HEADERS = {
  accessToken: 'X-Access-Token',
  refreshToken: 'X-Refresh-Token',
  username: 'X-Username',
} as const;

/** `RequestInit` as tRPC's links pass it too: `signal` may be `undefined`. */
type FetchInit = Omit<RequestInit, 'signal'> & { readonly signal?: AbortSignal | null | undefined };

/** Creates a `fetch` for one API whose tokens travel in headers. */
export function nativeFetch(api: string, safe: TokenSafe) {
  return async (input: string | URL | Request, init: FetchInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input, api);
    if (url.origin !== new URL(api).origin) throw new TypeError(`${url.origin} is not ${api}`);

    const { accessToken, refreshToken, username } = await safe.load();
    const headers = new Headers(init.headers);
    headers.set('X-Latchkey-Transfer', 'header');
    if (accessToken) headers.set('Authorization', `Bearer ${accessToken}`);
    if (refreshToken && username) {
      headers.set(HEADERS.refreshToken, refreshToken);
      headers.set(HEADERS.username, username);
    }
    // A redirect to another origin would take the tokens along.
    const signal = init.signal ?? null;
    const response = await fetch(url, { ...init, signal, headers, redirect: 'error' });

    const changed = Object.entries(HEADERS).flatMap(([key, name]) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[key, value]];
    });
    if (changed.length > 0)
      await safe.save({ ...(await safe.load()), ...Object.fromEntries(changed) });
    return response;
  };
}
