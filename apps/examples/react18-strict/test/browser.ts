import { createClients } from '../src/client/trpc';

/** The page's clients with a cookie jar, and a record of what was asked. */
export function openBrowser(origin: string) {
  const cookies = new Map<string, string>();
  const requests: string[] = [];
  const fetchWithCookies: typeof fetch = async (input, init) => {
    requests.push(new URL(String(input)).pathname);
    const headers = new Headers(init?.headers);
    headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '));
    const response = await fetch(input, { ...init, headers });
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (/Max-Age=0/.test(header)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  /** Loads the page anew: what was in memory is gone, the cookies stay. */
  const load = () => createClients(origin, fetchWithCookies);
  return { cookies, requests, load };
}
