import { db } from '../src/db';
import { browser, registered, sessions, travel } from './client';

const HOUR = 60 * 60;
const DAY = 24 * HOUR;

afterEach(() => jest.restoreAllMocks());

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
    expect(cookieOf(response, 'X-Access-Token')).toContain('HttpOnly');
    expect(cookieOf(response, 'X-Refresh-Token')).toContain('HttpOnly');
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
  it('happens within the request that finds the access token expired', async () => {
    const user = await registered();
    travel(HOUR);
    const response = await user.query('auth.me').expect(200);
    expect(cookieOf(response, 'X-Access-Token')).toBeDefined();
    await user.agent.get('/export.csv').expect(200);
  });

  it('ends after 30 days', async () => {
    const user = await registered();
    travel(31 * DAY);
    await user.query('auth.me').expect(401);
  });

  it('revokes the session when a used refresh token comes back', async () => {
    const { email } = await registered();
    const user = browser();
    const login = await user.mutate('auth.login', { email, password: 'correct horse' });
    const stolen = ['X-Refresh-Token', 'X-Username'].map((name) =>
      cookieOf(login, name)?.split(';').at(0),
    );
    travel(HOUR);
    await user.query('auth.me').expect(200);
    await user.query('auth.me').expect(200); // shows that the new token has arrived
    await sessions.layer.flush();
    travel(60);
    await browser().query('auth.me').set('Cookie', stolen.join('; ')).expect(401);
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

  it('is undone with its sign-outs when the transaction fails', async () => {
    const laptop = await registered();
    const phone = browser();
    await phone.mutate('auth.login', { email: laptop.email, password: 'correct horse' });
    const { within } = sessions.database;
    jest.spyOn(sessions.database, 'within').mockImplementation(async (transaction, work) => {
      await within(transaction, work);
      throw new Error('the connection is gone');
    });
    await laptop
      .mutate('auth.changePassword', { current: 'correct horse', next: 'battery staple' })
      .expect(500);
    await phone.query('auth.me').expect(200);
  });

  it('needs the current password', async () => {
    const user = await registered();
    await user
      .mutate('auth.changePassword', { current: 'wrong', next: 'battery staple' })
      .expect(400);
  });
});

describe('clean-up', () => {
  it('deletes expired sessions', async () => {
    await registered();
    await sessions.cleanUp();
    expect(await db('latchkey_sessions')).not.toEqual([]);
    travel(31 * DAY);
    await sessions.cleanUp();
    expect(await db('latchkey_sessions')).toEqual([]);
  });
});
