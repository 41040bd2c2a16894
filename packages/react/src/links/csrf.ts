const HEADER = 'x-csrf-token';

/**
 * How often a request is sent: a CSRF token belongs to one session, and another tab may sign in
 * between two attempts.
 */
const ATTEMPTS = 3;

type Fetch = (url: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/**
 * Sends the CSRF token of the last response with each request, where the server issues them
 * (cookies with SameSite Lax or None). A request refused because of its token is sent again with
 * the new one: it has done nothing yet.
 *
 * @example
 * import { withCsrfToken } from '@latchkey/react';
 *
 * const fetchWithToken = withCsrfToken(fetch);
 * await fetchWithToken('/refresh', { method: 'POST', credentials: 'include' });
 */
export function withCsrfToken(send: Fetch): Fetch {
  let token: string | null = null;

  return async function attempt(url, init = {}, attempts = ATTEMPTS): Promise<Response> {
    const headers = new Headers(init.headers);
    if (token !== null) headers.set(HEADER, token);
    const response = await send(url, { ...init, headers });
    token = response.headers.get(HEADER) ?? token;
    return attempts > 1 && (await isRefusedForToken(response))
      ? attempt(url, init, attempts - 1)
      : response;
  } as (url: RequestInfo | URL, init?: RequestInit, attempts?: number) => Promise<Response>;
}

/**
 * The body of a response without a 2xx status: tRPC's error, or the `{ message, reason, requestId
 * }` of a middleware in front of it.
 */
export interface RefusedBody {
  readonly message?: string;
  readonly reason?: unknown;
  readonly requestId?: string;
  readonly error?: {
    readonly code?: unknown;
    readonly data?: { readonly reason?: unknown; readonly latchkey?: boolean };
  };
}

/** Reads a copy of the body: a list for a batch, `null` if it is not JSON. */
export async function bodyOf(response: Response): Promise<RefusedBody | RefusedBody[] | null> {
  return response
    .clone()
    .json()
    .catch(() => null);
}

async function isRefusedForToken(response: Response): Promise<boolean> {
  if (response.status !== 403 || !response.headers.has(HEADER)) return false;
  const [first] = [await bodyOf(response)].flat();
  const data = first?.error?.data;
  return (data?.latchkey ? data.reason : first?.reason) === 'csrf_token';
}
