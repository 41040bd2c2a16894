import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { password, signUp } from './browser';
import { type Newsroom, openNewsroom } from './newsroom';

const email = 'nell@example.com';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let newsroom: Newsroom;
beforeEach(async () => {
  newsroom = await openNewsroom();
});
afterEach(async () => {
  vi.useRealTimers();
  await newsroom.close();
});

const signedUp = async (as = email) => {
  const browser = newsroom.browser();
  await signUp(browser, as, newsroom.codeFor);
  return browser;
};

/** Only Date is faked: sockets go on. */
const travel = (ms: number) => {
  const now = Date.now() + ms;
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(now);
};

describe('accounts', () => {
  it('signs up, verifies the e-mail and is signed in', async () => {
    const { client } = await signedUp();
    const me = await client.auth.me.query();
    expect(me).toMatchObject({ email, role: 'owner' });
    expect(me.createdAt).toBeInstanceOf(Date);
  });

  it('asks to verify the e-mail first', async () => {
    const { client } = newsroom.browser();
    await client.auth.signup.mutate({ email, password, name: 'Nell' });
    await expect(client.auth.login.mutate({ email, password })).rejects.toMatchObject({
      message: 'Verify your e-mail first',
      data: { code: 'FORBIDDEN' },
    });
  });

  it('refuses a wrong code', async () => {
    const { client } = newsroom.browser();
    await client.auth.signup.mutate({ email, password, name: 'Nell' });
    await expect(client.auth.verify.mutate({ email, code: '000000' })).rejects.toMatchObject({
      message: 'This code is not valid',
    });
  });

  it('refuses a wrong password once, without a refresh', async () => {
    await signedUp();
    const { client, requests } = newsroom.browser();
    await expect(
      client.auth.login.mutate({ email, password: 'wrong password' }),
    ).rejects.toMatchObject({
      message: 'Wrong e-mail or password',
      data: { code: 'UNAUTHORIZED' },
    });
    expect(requests).toEqual(['auth.login']);
  });

  it('refuses an e-mail that is taken', async () => {
    const { client } = await signedUp();
    await expect(
      client.auth.signup.mutate({ email, password, name: 'Copy' }),
    ).rejects.toMatchObject({ data: { code: 'CONFLICT' } });
  });

  it('names the invalid fields', async () => {
    const { client } = newsroom.browser();
    await expect(
      client.auth.signup.mutate({ email: 'no', password: 'short', name: '' }),
    ).rejects.toMatchObject({
      data: { zodError: { fieldErrors: { email: [expect.any(String)] } } },
    });
  });
});

describe('sessions', () => {
  it('is refreshed within the calls that find the access token expired', async () => {
    const { client, requests } = await signedUp();
    travel(11 * MINUTE);
    requests.length = 0;
    const answers = await Promise.all([
      client.auth.me.query(),
      client.posts.drafts.query(),
      client.posts.published.query(),
    ]);
    expect(answers).toHaveLength(3);
    expect(requests).toHaveLength(1);
  });

  it('ends after two weeks without a visit', async () => {
    const { client } = await signedUp();
    travel(15 * DAY);
    await expect(client.auth.me.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } });
  });

  it('ends for both when a refresh token was copied', async () => {
    const victim = await signedUp();
    const thief = newsroom.browser();
    for (const pair of victim.cookies) thief.cookies.set(...pair);
    travel(11 * MINUTE);
    await victim.client.auth.me.query();
    await victim.client.auth.me.query(); // shows that the new token has arrived
    await newsroom.sessions.layer.flush();
    travel(MINUTE);
    await expect(thief.client.auth.me.query()).rejects.toThrow();
    await expect(victim.client.auth.me.query()).rejects.toThrow();
  });

  it('ends with a sign-out', async () => {
    const { client } = await signedUp();
    await client.auth.logout.mutate();
    await expect(client.auth.me.query()).rejects.toThrow();
  });

  it('ends on every device, at once', async () => {
    const laptop = await signedUp();
    const phone = newsroom.browser();
    await phone.client.auth.login.mutate({ email, password });
    await laptop.client.auth.logoutAll.mutate();
    await expect(phone.client.auth.me.query()).rejects.toThrow();
  });

  it('is deleted once it has expired', async () => {
    const { store } = newsroom.sessions;
    await signedUp();
    expect((await store.purge(Date.now(), 100, null)).removed).toBe(0);
    travel(15 * DAY);
    expect((await store.purge(Date.now(), 100, null)).removed).toBe(1);
  });
});

describe('roles', () => {
  it('owner and editor write, the owner publishes', async () => {
    const owner = await signedUp();
    const editor = await signedUp('ed@example.com');
    const post = await editor.client.posts.write.mutate({ title: 'Flood' });
    const id = post?.id ?? 0;
    await expect(editor.client.posts.publish.mutate({ id })).rejects.toMatchObject({
      data: { code: 'FORBIDDEN' },
    });
    await owner.client.posts.publish.mutate({ id });
    const [published] = await newsroom.browser().client.posts.published.query();
    expect(published).toMatchObject({ title: 'Flood', publishedAt: expect.any(Date) });
  });

  it('writing needs a session', async () => {
    const { client } = newsroom.browser();
    await expect(client.posts.write.mutate({ title: 'Flood' })).rejects.toMatchObject({
      data: { code: 'UNAUTHORIZED' },
    });
  });
});
