import type { BrowserContext } from '@playwright/test';

/** User agents as browsers send them. */
export const DEVICES = {
  firefox: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  samsung:
    'Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36',
};

export interface TestUser {
  readonly username: string;
  readonly password: string;
}

/** A password that the server accepts: long and uncommon. */
export const PASSWORD = 'lantern otter seventeen brick';

let count = 0;

/** Returns a new user, so that tests on the same server do not affect each other. */
export function newUser(): TestUser {
  count += 1;
  return { username: `carol-${process.pid}-${count}`, password: PASSWORD };
}

/** Creates an account from another browser, which is then signed in. */
export async function signUpElsewhere(
  origin: string,
  userAgent = DEVICES.firefox,
  user = newUser(),
): Promise<TestUser> {
  await post(origin, 'account.signUp', user, userAgent);
  return user;
}

/** Signs in from another browser. */
export async function signInElsewhere(
  origin: string,
  user: TestUser,
  userAgent = DEVICES.firefox,
): Promise<void> {
  await post(origin, 'auth.login', user, userAgent);
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

/** Ends the session of a browser from elsewhere, so that the browser keeps its cookies. */
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
