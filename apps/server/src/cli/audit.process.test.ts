import { afterEach, expect, it } from 'vitest';
import { commandLine } from '../testing/command-line.ts';
import { processFixture, signIn } from '../testing/process-fixture.ts';
import { startApp, type TestServer } from '../testing/start-app.ts';

const { database } = processFixture();
const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 4').toString('base64url');
const DAY_SECONDS = 86_400;

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});
async function running(more: Record<string, string> = {}): Promise<TestServer> {
  const { DATABASE_URL: databaseUrl } = database();
  const variables = { AUDIT_SEAL_SECONDS: '60', LATCHKEY_SECRET, ...more };
  server = await startApp({ databaseUrl, variables, jobs: true });
  return server;
}
/** Signs in and seals the events of it. */
async function record({ browser, clock }: TestServer): Promise<void> {
  await signIn(browser());
  await clock.pass(60);
}
const cli = (words: string, given?: Pick<TestServer, 'clock'>) =>
  commandLine(words, { ...database(), LATCHKEY_SECRET }, { ...given });
const kindsIn = async (app: TestServer) =>
  (await app.auditLog.list({ limit: 100 })).map(({ kind }) => kind);

it('audit prune removes old events, and audit verify names them and who removed them', async () => {
  const app = await running();
  await record(app);
  const began = new Date(app.clock.now()).toISOString();
  app.clock.advance(3 * DAY_SECONDS);
  await record(app);
  const on = new Date(app.clock.now() - DAY_SECONDS * 1000).toISOString();
  const sealed = (await app.auditLog.list({ limit: 100 })).length - 1;
  expect(await cli(`audit prune --before ${on}`, app)).toMatchObject({
    code: 0,
    out: `${sealed} events that were sealed before ${on} were removed.`,
  });
  expect(await kindsIn(app)).toEqual(['audit.pruned', 'session.issued']);
  expect(await cli('audit verify', app)).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      new RegExp(
        `intact: 1 events under 1 seals, 1 not sealed yet\\.\nRemoved on \\S+ by latchkey cli: ${sealed} events under seals 1 to 1, sealed until ${began}\\.\nLast hash`,
      ),
    ),
  });
});

it('AUDIT_RETENTION_DAYS removes old events while the server runs, and writes that to the log', async () => {
  const app = await running({ AUDIT_RETENTION_DAYS: '2', PURGE_SECONDS: '600' });
  await record(app);
  app.clock.advance(DAY_SECONDS);
  await record(app);
  await app.clock.pass(600);
  expect(await kindsIn(app)).not.toContain('audit.pruned');
  app.clock.advance(DAY_SECONDS);
  await app.clock.pass(600);
  expect((await kindsIn(app)).slice(0, 2)).toEqual(['audit.pruned', 'session.issued']);
  expect(app.log()).toContainEqual(
    expect.objectContaining({ event: 'audit.pruned', events: expect.any(Number) }),
  );
});

it('audit prune exits with 1 at a broken log, and keeps it from there on', async () => {
  const app = await running();
  await record(app);
  app.clock.advance(3 * DAY_SECONDS);
  await record(app);
  await app.database.run((db) =>
    db.updateTable('latchkey_audit_seals').set({ sealed_at: 1 }).where('id', '=', 1).execute(),
  );
  expect(await cli('audit prune --before 2020-01-01', app)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^0 events .*\nThe audit log is broken at seal 1: .*kept\.$/s),
  });
});

it.each([
  ['audit prune', /^--before is missing: give a date such as 2026-01-31, or an instant/],
  ['audit prune --before soon', /^--before is "soon": give a date such as 2026-01-31/],
  ['audit prune --before 2026-02-31T', /^--before is "2026-02-31T": give a date/],
  ['audit prune --before 9999-01-01', /^--before is 9999-01-01: it must not be in the future\.$/],
])('the command "%s" prints one sentence, and removes nothing', async (words, message) => {
  expect(await cli(words)).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(message),
  });
});
