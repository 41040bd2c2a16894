import { memoryRevocationFeed, memorySessionStore } from '@latchkey/core';
import { type Browser, settableClock } from '@latchkey/core/testing';
import { memoryUsers } from '@latchkey/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { overSse, overWebSocket, type StreamClient, watch } from '../testing/stream-clients.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

/** Two nodes with one store, one user table and one feed. */
let nodes: [TestApp, TestApp];
let opened: StreamClient[];
beforeEach(async () => {
  const clock = settableClock();
  const shared = {
    clock,
    users: memoryUsers(),
    store: memorySessionStore(),
    feed: memoryRevocationFeed(clock),
    options: { accessTokenSeconds: 60 },
  };
  nodes = [await startTestApp(shared), await startTestApp(shared)];
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((client) => client.end()));
  await Promise.all(nodes.map((node) => node.close()));
});

const kinds: [string, typeof overSse][] = [
  ['SSE', overSse],
  ['WebSocket', overWebSocket],
];

describe.each(kinds)('a stream over %s', (name, over) => {
  const connect = (browser: Browser) => {
    const client = over(nodes[0].origin, browser);
    opened.push(client);
    return client;
  };
  async function streaming(username: string, procedure: 'follow' | 'followAsAdmin' = 'follow') {
    const browser = await nodes[0].signedIn(username);
    const connection = connect(browser);
    const stream = watch(connection.client.streams[procedure], {});
    await stream.started;
    nodes[0].log.append();
    await stream.until(1);
    const sessionId = nodes[0].decisions.at(-1)?.session.principal?.sessionId ?? '';
    return { browser, connection, stream, sessionId };
  }
  /**
   * Waits until no stream is open and the clients are gone: one that lost its session reconnects
   * anonymously.
   */
  async function nothingIsOpen() {
    await Promise.all(opened.map((client) => client.end()));
    await expect
      .poll(() => [nodes[0].streams.size, nodes[0].streams.members, nodes[0].log.tally.running])
      .toEqual([0, 0, 0]);
  }

  it('ends a stream when its session is revoked on another node', async () => {
    const { stream, sessionId, connection } = await streaming('bob');
    await nodes[1].layer.revoke(sessionId, 'administrator');
    expect(await stream.ended).toBe('session_revoked');
    if (name === 'WebSocket')
      await expect.poll(() => connection.closed).toEqual([[4401, 'session_revoked']]);
    await nothingIsOpen();
  });

  it.each([
    ['disabled', (users: TestApp['users']) => users.change('bob', { disabled: true })],
    ['removed', (users: TestApp['users']) => users.remove('bob')],
  ])('ends a stream when its user is %s on another node', async (_what, change) => {
    const { stream } = await streaming('bob');
    change(nodes[1].users);
    await nodes[1].layer.revokeUserSessions('id-of-bob', 'administrator');
    expect(await stream.ended).toMatch(/^(session_revoked|user_gone)$/);
    await nothingIsOpen();
  });

  it('ends a stream when the role that it requires is taken away', async () => {
    const { stream, sessionId, connection } = await streaming('alice', 'followAsAdmin');
    nodes[1].users.change('alice', { role: 'User' });
    await nodes[1].layer.revokeUserSessions('id-of-alice', 'administrator', undefined, {
      except: sessionId,
    });
    expect(await stream.ended).toBe('role_required');
    if (name === 'WebSocket')
      await expect.poll(() => connection.closed).toEqual([[4403, 'role_required']]);
  });

  it('a password change continues the streams of its own session, and ends those of the others', async () => {
    const acting = await streaming('bob');
    const other = await streaming('bob');
    await nodes[1].layer.revokeUserSessions('id-of-bob', 'password_changed', undefined, {
      except: acting.sessionId,
    });
    expect(await other.stream.ended).toMatch(/^(session_revoked|token_version)$/);
    nodes[0].log.append();
    await acting.stream.until(3);
    expect(acting.stream.seen).toEqual([1, 2, 3]);
    expect(acting.connection.closed).toEqual([]);
  });

  it("continues a stream past the access token's expiry, and ends it when the session expires", async () => {
    const { stream, connection } = await streaming('bob');
    nodes[0].store.calls.length = 0;
    nodes[0].clock.advance(60);
    await expect.poll(() => nodes[0].store.calls, { timeout: 30_000 }).toContain('find');
    nodes[0].log.append();
    await stream.until(2);
    // Answers once the pong has arrived: connections are pinged once a second in this test.
    if (name === 'WebSocket') await connection.client.auth.session.query();
    nodes[0].clock.advance(nodes[0].layer.options.idleSeconds);
    expect(await stream.ended).toBe('session_expired');
    await nothingIsOpen();
  });

  it('resumes a stream without loss once the store is back', async () => {
    const { stream, browser } = await streaming('bob');
    nodes[0].store.out = true;
    nodes[0].clock.advance(60);
    await expect.poll(() => nodes[0].log.tally.running, { timeout: 30_000 }).toBe(0);
    nodes[0].log.append();
    nodes[0].log.append();
    nodes[0].store.out = false;
    await stream.until(3);
    expect(stream.seen).toEqual([1, 2, 3]);
    expect((await browser.request('/trpc/dashboard')).status).toBe(200);
  });

  it('resumes a cut stream after the last event, with none lost or repeated', async () => {
    const { stream } = await streaming('bob');
    for (let cut = 0; cut < 2; cut++) {
      nodes[0].dropConnections();
      nodes[0].log.append();
      await expect.poll(() => nodes[0].log.tally.running, { timeout: 30_000 }).toBe(1);
      nodes[0].log.append();
      await stream.until(1 + 2 * (cut + 1));
    }
    expect(stream.seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends a stream whose procedure ignores its signal', async () => {
    const { connection, sessionId } = await streaming('bob');
    const stubborn = watch(connection.client.streams.stubborn, undefined);
    await stubborn.until(1);
    await nodes[1].layer.revoke(sessionId, 'administrator');
    expect(await stubborn.ended).toBe('session_revoked');
    await nothingIsOpen();
  });

  it('releases everything that a stream holds when its client ends it', async () => {
    const { stream } = await streaming('bob');
    stream.unsubscribe();
    await expect.poll(() => nodes[0].log.tally).toEqual({ running: 0, ended: 1 });
    await nothingIsOpen();
  });
});
