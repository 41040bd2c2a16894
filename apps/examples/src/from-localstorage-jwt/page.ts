/** What a page keeps under its origin, `window.localStorage` for example. */
export type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const TOKEN = 'token';

/** The page's way to the server in step 0: the token goes along with every request. */
export function fetchWithToken(kept: Kept, send: typeof fetch): typeof fetch {
  return (to, init = {}) => {
    const token = kept.getItem(TOKEN);
    const headers = new Headers(init.headers);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    return send(to, { ...init, headers });
  };
}

/**
 * The same in step 1: it goes along until the server says that it is not needed any more. Nothing
 * puts a new one there.
 */
export function fetchUntilForgotten(kept: Kept, send: typeof fetch): typeof fetch {
  const sendWithToken = fetchWithToken(kept, send);
  return async (to, init) => {
    const response = await sendWithToken(to, init);
    if (response.headers.has('x-forget-token')) kept.removeItem(TOKEN);
    return response;
  };
}
