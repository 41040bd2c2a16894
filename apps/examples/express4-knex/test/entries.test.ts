import { db } from '../src/db';
import { browser, registered } from './client';

let projectId: number;

beforeAll(async () => {
  [{ id: projectId }] = await db('projects').insert({ name: 'Website' }).returning('id');
});

const day = '2024-05-02';

describe('entries', () => {
  it('adds and lists the hours of the user', async () => {
    const user = await registered();
    await user.mutate('entries.add', { projectId, day, hours: 7.5 }).expect(200);
    const mine = await user.query('entries.mine').expect(200);
    expect(mine.body.result.data).toMatchObject([{ project_id: projectId, hours: '7.50' }]);
    const stranger = await registered();
    expect((await stranger.query('entries.mine')).body.result.data).toEqual([]);
  });

  it('refuses a caller who is not signed in', async () => {
    const response = await browser().mutate('entries.add', { projectId, day, hours: 1 });
    expect(response.status).toBe(401);
    expect(response.body.error.data.reason).toBe('no_credentials');
  });

  it('knows its projects', async () => {
    const user = await registered();
    await user.mutate('entries.add', { projectId: 99999, day, hours: 1 }).expect(404);
  });

  it('shows totals to managers only', async () => {
    await (await registered()).query('entries.totals').expect(403);
    const totals = await (await registered('manager')).query('entries.totals').expect(200);
    expect(totals.body.result.data).toContainEqual({ name: 'Website', hours: '7.50' });
  });
});

describe('export', () => {
  it('downloads the entries as CSV', async () => {
    const user = await registered();
    await user.mutate('entries.add', { projectId, day, hours: 2, note: 'call' }).expect(200);
    const { text } = await user.agent.get('/export.csv').expect(200);
    expect(text).toBe(`day;project;hours;note\n${day};Website;2.00;call`);
  });

  it('needs a session', async () => {
    await browser().agent.get('/export.csv').expect(401);
  });
});
