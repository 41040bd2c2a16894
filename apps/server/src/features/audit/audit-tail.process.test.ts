import { type SettableClock, settableClock } from '@latchkey/core/testing';
import { openDatabase, type SqlAuditLog, type SqlDatabase, sqlAuditLog } from '@latchkey/sql';
import { testDatabase } from '@latchkey/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditTail, auditTail } from './audit-tail.ts';

describe.each(['SQLite', 'PostgreSQL'])('the end of the audit log in %s', (name) => {
  let clock: SettableClock;
  let drop = async () => {};
  let database: SqlDatabase;
  let log: SqlAuditLog;
  /** Number of queries that the database has answered. */
  let reads: number;
  let tail: AuditTail;
  let faults: unknown[];
  beforeEach(async () => {
    clock = settableClock();
    const place =
      name === 'SQLite' ? { url: 'memory:', drop: async () => {} } : await testDatabase();
    drop = place.drop;
    database = await openDatabase(place.url);
    log = sqlAuditLog(database);
    reads = 0;
    faults = [];
    const list: SqlAuditLog['list'] = async (filter) => {
      const records = await log.list(filter);
      reads++;
      return records;
    };
    tail = auditTail({ list }, clock, (error) => faults.push(error));
  });
  afterEach(async () => {
    await database.close();
    await drop();
  });

  const entry = (userId: string) => ({
    kind: 'password.refused',
    at: clock.now(),
    actorId: null,
    userId,
    sessionId: null,
    ipAddress: null,
    userAgent: null,
  });
  const write = (...userIds: string[]) => log.append(userIds.map(entry) as never);
  /** Lets the tail read the log once, if it has a listener. */
  const poll = () => clock.pass(0.5);
  const ids = async (limit = 500) => (await log.list({ after: 0, limit })).map(({ id }) => id);

  /**
   * Starts a listener and records what it has seen: ids, and the position from which it would
   * resume.
   */
  function listen(options: { after?: number; userId?: string } = {}) {
    const controller = new AbortController();
    const seen: number[] = [];
    const listener = {
      seen,
      position: options.after,
      leave: () => controller.abort(),
      ended: Promise.resolve(),
    };
    listener.ended = (async () => {
      for await (const { position, record } of tail.follow({
        ...options,
        signal: controller.signal,
      })) {
        seen.push(record.id);
        listener.position = position;
      }
    })();
    return listener;
  }

  it('the audit tail delivers new records to each listener by its filter', async () => {
    await write('bob', 'alice');
    const [first = 0] = await ids();
    const [all, bobs, since] = [listen(), listen({ userId: 'bob' }), listen({ after: first })];
    await expect.poll(() => [reads, since.seen]).toEqual([3, [first + 1]]);
    await write('bob', 'alice', 'bob');
    await poll();
    await expect.poll(() => all.seen).toEqual([first + 2, first + 3, first + 4]);
    await expect.poll(() => bobs.seen).toEqual([first + 2, first + 4]);
    await expect.poll(() => since.seen).toEqual([first + 1, first + 2, first + 3, first + 4]);
    for (const listener of [all, bobs, since]) listener.leave();
    await Promise.all([all, bobs, since].map(({ ended }) => ended));
    expect(tail.listeners).toBe(0);
  });

  it('the audit tail delivers a burst of several pages at the next reading', async () => {
    const all = listen();
    await expect.poll(() => [reads, clock.timers]).toEqual([2, 1]);
    await write(...Array.from({ length: 450 }, () => 'bob'));
    await poll();
    await expect.poll(() => all.seen.length).toBe(450);
    expect(reads).toBe(5);
    all.leave();
  });

  it('the audit tail reads once for all listeners, and not at all without listeners', async () => {
    await write('bob');
    const many = Array.from({ length: 50 }, () => listen({ userId: 'bob' }));
    await expect.poll(() => [reads, clock.timers]).toEqual([51, 1]);
    for (let n = 0; n < 4; n++) await poll();
    expect(reads).toBe(55);
    for (const { leave } of many) leave();
    await Promise.all(many.map(({ ended }) => ended));
    for (let n = 0; n < 4; n++) await poll();
    expect([reads, clock.timers]).toEqual([55, 0]);
    await write('bob');
    const again = listen({ after: 0 });
    await expect.poll(() => again.seen.length).toBe(2);
    again.leave();
  });

  it('the audit tail delivers every record to listeners that fall behind or reconnect', async () => {
    for (let page = 0; page < 15; page++)
      await write(...Array.from({ length: 100 }, (_, n) => (n % 2 ? 'bob' : 'alice')));
    const seen: number[] = [];
    let after = 0;
    for (let visit = 0; visit < 12; visit++) {
      const listener = listen({ after, userId: 'bob' });
      const already = listener.seen;
      await write('bob', 'alice', 'bob');
      await poll();
      await expect.poll(() => already.length).toBeGreaterThan(0);
      listener.leave();
      await listener.ended;
      seen.push(...already);
      after = listener.position ?? 0;
    }
    const last = listen({ after, userId: 'bob' });
    const bobs = (await log.list({ after: 0, limit: 5_000, userId: 'bob' })).map(({ id }) => id);
    await poll();
    await expect.poll(() => [...seen, ...last.seen].length).toBe(bobs.length);
    expect([...seen, ...last.seen]).toEqual(bobs);
    last.leave();
  });

  it('the audit tail continues after a database outage', async () => {
    const listener = listen();
    await expect.poll(() => [reads, clock.timers]).toEqual([2, 1]);
    const { list } = log;
    log.list = () => Promise.reject(new Error('gone'));
    for (let n = 0; n < 2; n++) await poll();
    expect(faults).toEqual([new Error('gone')]);
    log.list = list;
    await write('bob');
    await poll();
    await expect.poll(() => listener.seen.length).toBe(1);
    listener.leave();
  });

  /** Skips SQLite, which writes one transaction after the other. */
  if (name === 'SQLite') return;

  it('the audit tail waits for an id that is committed late, and continues when it never comes', async () => {
    await write('bob');
    const [first = 0] = await ids();
    const early = listen();
    await expect.poll(() => [reads, clock.timers]).toEqual([2, 1]);

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
    await expect.poll(() => reads).toBe(4);
    for (let n = 0; n < 3; n++) await poll();
    expect([early.seen, between.seen, resumed.seen]).toEqual([[], [], []]);
    commit.resolve();
    await late;
    await poll();
    await expect
      .poll(() => [early.seen, between.seen, resumed.seen])
      .toEqual([[first + 1, first + 2], [first + 1], [first + 1]]);
    expect([between.position, resumed.position]).toEqual([first + 2, first + 2]);

    await log
      .transaction(async () => {
        await write('bob');
        throw new Error('rolled back');
      })
      .catch(() => {});
    await write('bob');
    await poll();
    await clock.pass(9.999);
    expect(early.seen).toEqual([first + 1, first + 2]);
    await clock.pass(0.501);
    await expect.poll(() => early.seen).toEqual([first + 1, first + 2, first + 4]);
    for (const { leave } of [early, between, resumed]) leave();
  });
});
