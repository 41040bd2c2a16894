/** The storage of a page, `window.localStorage` for example. */
export type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const TOKEN = 'token';

/** Creates the page's fetch of step 0, which sends the stored token with every request. */
export function fetchWithToken(kept: Kept, send: typeof fetch): typeof fetch {
  return (to, init = {}) => {
    const token = kept.getItem(TOKEN);
    const headers = new Headers(init.headers);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    return send(to, { ...init, headers });
  };
}

/**
 * Creates the page's fetch of step 1, which sends the stored token until the server says that it is
 * no longer needed. The page stores no new token.
 */
export function fetchUntilForgotten(kept: Kept, send: typeof fetch): typeof fetch {
  const sendWithToken = fetchWithToken(kept, send);
  return async (to, init) => {
    const response = await sendWithToken(to, init);
    if (response.headers.has('x-forget-token')) kept.removeItem(TOKEN);
    return response;
  };
}
