const HEADER = 'x-csrf-token';

/** A token is for one session, and another tab may have signed in between two attempts. */
const ATTEMPTS = 3;

type Fetch = (url: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/**
 * Sends the anti-forgery token of the last answer along, where the server hands them out (cookies
 * with SameSite Lax or None), and sends again what was refused for want of the right one: such a
 * request has done nothing yet.
 */
export function withAntiForgeryToken(send: Fetch): Fetch {
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
 * What an answer without 2xx may hold: tRPC's error, or the `{ message, reason, requestId }` of a
 * middleware in front.
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

/** A copy of the body, a list for a batch; `null` where it is no JSON. */
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
