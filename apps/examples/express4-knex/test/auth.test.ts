import { cleanUpSessions } from '../src/auth/sessions';
import { db } from '../src/db';
import { browser, registered, travel } from './client';

const HOUR = 60 * 60;
const DAY = 24 * HOUR;

afterEach(() => jest.restoreAllMocks());
afterAll(() => db.destroy());

const cookieOf = (response: { headers: Record<string, unknown> }, name: string) =>
  (response.headers['set-cookie'] as unknown as string[]).find((cookie) =>
    cookie.startsWith(`${name}=`),
  );

describe('sign-in', () => {
  it('registers, signs in and says who is signed in', async () => {
    const { email } = await registered();
    const user = browser();
    await user.mutate('auth.login', { email, password: 'correct horse' }).expect(200);
    const me = await user.query('auth.me').expect(200);
    expect(me.body.result.data).toMatchObject({ email, role: 'employee' });
  });

  it('sets cookies that scripts cannot read', async () => {
    const { email } = await registered();
    const response = await browser().mutate('auth.login', { email, password: 'correct horse' });
    expect(cookieOf(response, 'access_token')).toContain('HttpOnly');
    expect(cookieOf(response, 'refresh_token')).toContain('HttpOnly');
  });

  it('gives the same answer for a wrong password and an unknown e-mail', async () => {
    const { email } = await registered();
    const wrong = await browser().mutate('auth.login', { email, password: 'nope' });
    const unknown = await browser().mutate('auth.login', { email: 'x@example.com', password: 'x' });
    expect(wrong.status).toBe(401);
    expect(wrong.body.error.message).toBe('Wrong e-mail or password');
    expect(unknown.body.error.message).toBe(wrong.body.error.message);
  });

  it('does not register an e-mail twice', async () => {
    const { email } = await registered();
    const again = await browser().mutate('auth.register', {
      email,
      name: 'Copycat',
      password: 'correct horse',
    });
    expect(again.status).toBe(409);
  });

  it('names the invalid fields', async () => {
    const response = await browser().mutate('auth.register', {
      email: 'no',
      name: 'A',
      password: 'short',
    });
    expect(response.status).toBe(400);
    expect(response.body.error.data.zodError.fieldErrors).toMatchObject({
      password: ['At least 8 characters'],
    });
  });

  it('refuses a deactivated user', async () => {
    const user = await registered();
    await db('users').where({ email: user.email }).update({ active: false });
    await user.query('auth.me').expect(401);
    await user.mutate('auth.login', { email: user.email, password: 'correct horse' }).expect(401);
  });
});

describe('refresh', () => {
  it('gives a new access token after the old one expired', async () => {
    const user = await registered();
    travel(HOUR);
    await user.query('auth.me').expect(401);
    await user.mutate('auth.refresh').expect(200);
    await user.query('auth.me').expect(200);
  });

  it('refuses a refresh token after 30 days', async () => {
    const user = await registered();
    travel(31 * DAY);
    await user.mutate('auth.refresh').expect(401);
  });

  it('revokes the session when a used refresh token comes back', async () => {
    const { email } = await registered();
    const user = browser();
    const login = await user.mutate('auth.login', { email, password: 'correct horse' });
    const stolen = cookieOf(login, 'refresh_token')?.split(';')[0] ?? '';
    await user.mutate('auth.refresh').expect(200);
    await browser().mutate('auth.refresh').set('Cookie', stolen).expect(401);
    await user.mutate('auth.refresh').expect(401);
    await user.query('auth.me').expect(401);
  });

  it('refuses a request without a refresh token', async () => {
    await browser().mutate('auth.refresh').expect(401);
  });
});

describe('sign-out', () => {
  it('ends the session of this browser only', async () => {
    const laptop = await registered();
    const phone = browser();
    await phone.mutate('auth.login', { email: laptop.email, password: 'correct horse' });
    await laptop.mutate('auth.logout').expect(200);
    await laptop.query('auth.me').expect(401);
    await phone.query('auth.me').expect(200);
  });

  it('ends every session', async () => {
    const laptop = await registered();
    const phone = browser();
    await phone.mutate('auth.login', { email: laptop.email, password: 'correct horse' });
    await laptop.mutate('auth.logoutEverywhere').expect(200);
    await phone.query('auth.me').expect(401);
    await phone.mutate('auth.refresh').expect(401);
  });

  it('ends one session from the list of sessions', async () => {
    const laptop = await registered();
    const phone = browser();
    await phone.mutate('auth.login', { email: laptop.email, password: 'correct horse' });
    const { body } = await laptop.query('auth.sessions').expect(200);
    const other = body.result.data.find((session: { current: boolean }) => !session.current);
    await laptop.mutate('auth.revokeSession', { id: other.id }).expect(200);
    await phone.query('auth.me').expect(401);
    await laptop.query('auth.me').expect(200);
  });
});

describe('password change', () => {
  it('keeps this session and ends the others', async () => {
    const laptop = await registered();
    const phone = browser();
    await phone.mutate('auth.login', { email: laptop.email, password: 'correct horse' });
    await laptop
      .mutate('auth.changePassword', { current: 'correct horse', next: 'battery staple' })
      .expect(200);
    await laptop.query('auth.me').expect(200);
    await phone.query('auth.me').expect(401);
    await browser()
      .mutate('auth.login', { email: laptop.email, password: 'battery staple' })
      .expect(200);
  });

  it('needs the current password', async () => {
    const user = await registered();
    await user
      .mutate('auth.changePassword', { current: 'wrong', next: 'battery staple' })
      .expect(400);
  });
});

describe('clean-up', () => {
  it('deletes revoked and expired sessions', async () => {
    const gone = await registered();
    await gone.mutate('auth.logout').expect(200);
    const kept = await registered();
    expect(await cleanUpSessions()).toBeGreaterThan(0);
    await kept.query('auth.me').expect(200);
    expect(await db('sessions').whereNotNull('revoked_at')).toEqual([]);
    travel(31 * DAY);
    await cleanUpSessions();
    expect(await db('sessions')).toEqual([]);
  });
});
