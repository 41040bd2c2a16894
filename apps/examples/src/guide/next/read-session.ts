import type { SessionAnswer } from '@latchkey/react';

/** The caller of a page as the API sees it, and what a refresh has changed. */
export interface PageSession {
  /** Null if the API did not answer: then it is unknown whether a user is signed in. */
  readonly session: SessionAnswer | null;
  /** The Cookie header for further calls to the API: the request's, after the refresh. */
  readonly cookie: string;
  /** The Set-Cookie headers for the browser. */
  readonly setCookies: readonly string[];
}

/** Asks the API who calls, with the cookies of the page's request. */
export async function readSession(headers: Headers): Promise<PageSession> {
  const api = process.env.API_ORIGIN ?? 'http://localhost:4000';
  const cookie = headers.get('cookie') ?? '';
  const response = await fetch(`${api}/trpc/auth.session`, {
    headers: { cookie, 'user-agent': headers.get('user-agent') ?? '' },
    cache: 'no-store',
  }).catch(() => null);
  if (!response?.ok) return { session: null, cookie, setCookies: [] };
  const { result } = (await response.json()) as { result: { data: SessionAnswer } };
  const setCookies = response.headers.getSetCookie();
  return { session: result.data, cookie: withSetCookies(cookie, setCookies), setCookies };
}

/** Replaces the cookies of a Cookie header that a response has set or expired. */
function withSetCookies(cookie: string, setCookies: readonly string[]): string {
  const jar = new Map(cookie.split('; ').map((pair) => [pair.split('=')[0], pair]));
  for (const header of setCookies) {
    const [pair = ''] = header.split(';');
    const [name] = pair.split('=');
    if (/; *max-age=0/i.test(header)) jar.delete(name);
    else jar.set(name, pair);
  }
  return [...jar.values()].filter(Boolean).join('; ');
}
