import { settableClock } from '@latchkey/core/testing';
import { openDatabase, type SqlAuditLog, type SqlDatabase, sqlAuditLog } from '@latchkey/sql';
import { testDatabase } from '@latchkey/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditTail, auditTail } from './audit-tail.ts';

describe.each(['SQLite', 'PostgreSQL'])('the end of the audit log in %s', (name) => {
  const clock = settableClock();
  let drop = async () => {};
  let database: SqlDatabase;
  let log: SqlAuditLog;
  let reads: number;
  let tail: AuditTail;
  let faults: unknown[];
  beforeEach(async () => {
    const place = name === 'SQLite' ? { url: 'memory:', drop } : await testDatabase();
    drop = place.drop;
    database = await openDatabase(place.url);
    log = sqlAuditLog(database);
    reads = 0;
    faults = [];
    const list: SqlAuditLog['list'] = (filter) => {
      reads++;
      return log.list(filter);
    };
    tail = auditTail({ list }, clock, (error) => faults.push(error));
  });
  afterEach(async () => {
    await database.close();
    await drop();
  });

  const entry = (userId: string) => ({ kind: 'password.refused', at: clock.now(), actorId: null, userId, sessionId: null, ipAddress: null, userAgent: null });
  const write = (...userIds: string[]) => log.append(userIds.map(entry) as never);
  const ids = async (limit = 500) => (await log.list({ after: 0, limit })).map(({ id }) => id);

  /** Somebody who listens, and what they have seen: ids, and the position they would go on from. */
  function listen(options: { after?: number; userId?: string } = {}) {
    const controller = new AbortController();
    const seen: number[] = [];
    const listener = { seen, position: options.after, leave: () => controller.abort(), ended: Promise.resolve() };
    listener.ended = (async () => {
      for await (const { position, record } of tail.follow({ ...options, signal: controller.signal })) {
        seen.push(record.id);
        listener.position = position;
      }
    })();
    return listener;
  }

  it('is handed over as it grows, to each whatever they asked for', async () => {
    await write('bob', 'alice');
    const [first = 0] = await ids();
    const [all, bobs, since] = [listen(), listen({ userId: 'bob' }), listen({ after: first })];
    await expect.poll(() => since.seen).toEqual([first + 1]);
    await write('bob', 'alice', 'bob');
    await expect.poll(() => all.seen).toEqual([first + 2, first + 3, first + 4]);
    await expect.poll(() => bobs.seen).toEqual([first + 2, first + 4]);
    await expect.poll(() => since.seen).toEqual([first + 1, first + 2, first + 3, first + 4]);
    for (const listener of [all, bobs, since]) listener.leave();
    await Promise.all([all, bobs, since].map(({ ended }) => ended));
    expect(tail.listeners).toBe(0);
  });

  it('is read by one for all, and by nobody while nobody listens', async () => {
    await write('bob');
    const many = Array.from({ length: 50 }, () => listen({ userId: 'bob' }));
    await expect.poll(() => reads).toBeGreaterThanOrEqual(52);
    const before = reads;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(reads - before).toBeLessThanOrEqual(5);
    for (const { leave } of many) leave();
    await new Promise((resolve) => setTimeout(resolve, 600));
    const after = reads;
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(reads).toBe(after);
    await write('bob');
    const again = listen({ after: 0 });
    await expect.poll(() => again.seen.length).toBe(2);
    again.leave();
  });

  it('comes whole to whoever is far behind, comes and goes, while it grows', async () => {
    for (let page = 0; page < 15; page++) await write(...Array.from({ length: 100 }, (_, n) => (n % 2 ? 'bob' : 'alice')));
    const seen: number[] = [];
    let after = 0;
    for (let visit = 0; visit < 12; visit++) {
      const listener = listen({ after, userId: 'bob' });
      const already = listener.seen;
      await write('bob', 'alice', 'bob');
      await expect.poll(() => already.length).toBeGreaterThan(0);
      listener.leave();
      await listener.ended;
      seen.push(...already);
      after = listener.position ?? 0;
    }
    const last = listen({ after, userId: 'bob' });
    const bobs = (await log.list({ after: 0, limit: 5_000, userId: 'bob' })).map(({ id }) => id);
    await expect.poll(() => [...seen, ...last.seen].length).toBe(bobs.length);
    expect([...seen, ...last.seen]).toEqual(bobs);
    last.leave();
  });

  it('is read again after the database could not answer', async () => {
    const listener = listen();
    await expect.poll(() => reads).toBeGreaterThan(1);
    const { list } = log;
    log.list = () => Promise.reject(new Error('gone'));
    await expect.poll(() => faults.length, { timeout: 3_000 }).toBe(1);
    log.list = list;
    await write('bob');
    await expect.poll(() => listener.seen.length, { timeout: 3_000 }).toBe(1);
    listener.leave();
  });

  /** SQLite writes one transaction after the other. */
  if (name === 'SQLite') return;

  it('waits for an id that is committed late, and goes on after a while where none comes', async () => {
    await write('bob');
    const [first = 0] = await ids();
    const early = listen();
    await expect.poll(() => reads).toBeGreaterThan(2);

    const inserted = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const late = log.transaction(async () => {
      await write('bob');
      inserted.resolve();
      await commit.promise;
    });
    await inserted.promise;
    await write('alice');
    const between = listen();
    const resumed = listen({ after: first + 2 });
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect([early.seen, between.seen, resumed.seen]).toEqual([[], [], []]);
    commit.resolve();
    await late;
    await expect.poll(() => [early.seen, between.seen, resumed.seen]).toEqual([[first + 1, first + 2], [first + 1], [first + 1]]);
    expect([between.position, resumed.position]).toEqual([first + 2, first + 2]);

    await log
      .transaction(async () => {
        await write('bob');
        throw new Error('rolled back');
      })
      .catch(() => {});
    await write('bob');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(early.seen).toEqual([first + 1, first + 2]);
    clock.advance(10);
    await expect.poll(() => early.seen).toEqual([first + 1, first + 2, first + 4]);
    for (const { leave } of [early, between, resumed]) leave();
  });
});
