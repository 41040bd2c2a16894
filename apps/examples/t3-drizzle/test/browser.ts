import { createClients } from '~/trpc/react';

/** The page's clients with a cookie jar, and a record of what was asked. */
export function openBrowser(url: string) {
  const cookies = new Map<string, string>();
  const requests: string[] = [];
  const clients = createClients(url, async (input, init) => {
    requests.push(
      String(input)
        .slice(url.length + 1)
        .replace(/\?.*/, ''),
    );
    const headers = new Headers(init?.headers);
    headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '));
    const response = await fetch(input, { ...init, headers });
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (/Max-Age=0/.test(header)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  });
  return { ...clients, cookies, requests };
}

export type Browser = ReturnType<typeof openBrowser>;

export const password = 'long enough';

export async function signUp(
  { client }: Browser,
  email: string,
  codeFor: (email: string) => string | Promise<string>,
) {
  await client.auth.signup.mutate({ email, password, name: 'Nell' });
  await client.auth.verify.mutate({ email, code: await codeFor(email) });
}
