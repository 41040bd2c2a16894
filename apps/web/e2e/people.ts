import type { BrowserContext } from '@playwright/test';

/** User agents as browsers send them. */
export const DEVICES = {
  firefox: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  samsung:
    'Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36',
};

export interface Person {
  readonly username: string;
  readonly password: string;
}

/** Long and uncommon enough for the server. */
export const PASSWORD = 'lantern otter seventeen brick';

let count = 0;

/** Somebody nobody else has heard of, so that tests at the same server do not meet. */
export function somebody(): Person {
  count += 1;
  return { username: `carol-${process.pid}-${count}`, password: PASSWORD };
}

/** Creates an account from a browser of its own, which is thereby signed in. */
export async function signUpElsewhere(
  origin: string,
  userAgent = DEVICES.firefox,
  person = somebody(),
): Promise<Person> {
  await post(origin, 'account.signUp', person, userAgent);
  return person;
}

/** Signs in from a browser of its own. */
export async function signInElsewhere(
  origin: string,
  person: Person,
  userAgent = DEVICES.firefox,
): Promise<void> {
  await post(origin, 'auth.login', person, userAgent);
}

async function post(
  origin: string,
  procedure: string,
  input: object,
  userAgent: string,
  cookie = '',
): Promise<void> {
  const headers = { origin, 'content-type': 'application/json', 'user-agent': userAgent, cookie };
  const response = await fetch(`${origin}/trpc/${procedure}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(`${procedure}: ${response.status} ${await response.text()}`);
}

/** Ends the session of a browser as another device would: its cookies stay where they are. */
export async function endSessionElsewhere(context: BrowserContext, origin: string): Promise<void> {
  const cookies = await context.cookies();
  await post(
    origin,
    'auth.logout',
    {},
    DEVICES.firefox,
    cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
  );
}
