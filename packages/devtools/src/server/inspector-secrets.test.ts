import { createHash } from 'node:crypto';
import { refreshTokenFields } from '@latchkey/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InspectorApp, startInspectorApp } from '../testing/inspector-app.ts';

let app: InspectorApp;

beforeEach(async () => {
  app = await startInspectorApp();
});
afterEach(() => app.close());

describe("secrets in the inspector's stream", () => {
  /** Returns every form in which a token could be used or recognised. */
  function tracesOf(token: string): string[] {
    const secret = token.startsWith('lk') ? refreshTokenFields(token).secret : Buffer.from(token);
    const hashed = [token, secret].flatMap((of) =>
      (['base64url', 'base64', 'hex'] as const).map((as) =>
        createHash('sha256').update(of).digest(as),
      ),
    );
    return [
      token,
      decodeURIComponent(token),
      ...token.split('.').filter((part) => part.length > 20),
      secret.toString('base64url'),
      secret.toString('hex'),
      ...hashed,
    ];
  }

  it('the event stream has no secret through sign-in, rotations, a race, a loss and a theft', async () => {
    const traces = new Set<string>();
    const note = async () => {
      for (const session of (await app.store.findByUser(userId, app.clock.now(), { limit: 50 }))
        .sessions)
        for (const value of [
          session.secretHash,
          session.previousSecretHash,
          session.sealedSuccessor,
        ])
          if (value) traces.add(value);
    };
    const bob = await app.signedIn();
    const userId = app.users.byName('bob')?.id ?? '';
    const stream = await app.watch(bob);
    for (let time = 0; time < 3; time++) {
      app.clock.advance(60);
      await Promise.all([bob.request('/mine'), bob.request('/mine'), bob.post('/refresh')]);
      await note();
    }
    app.clock.advance(60);
    const answers = [
      await bob.post('/__inspector/expire'),
      await bob.post('/__inspector/theft'),
    ].map(({ body }) => body);
    for (const [stage, seconds] of [
      [{ kind: 'waiting', why: 'settle' }, 60],
      [{ kind: 'waiting', why: 'grace' }, 15],
      [{ kind: 'due' }, 2],
    ] as const) {
      await expect.poll(() => stream.events().at(-1)).toMatchObject(stage);
      await note();
      await app.clock.pass(seconds);
    }
    expect(await stream.ended).toMatchObject({ cause: 'reuse' });

    const text = stream.text() + answers.join('\n');
    expect(text.length).toBeGreaterThan(800);
    for (const header of bob.received) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (/Token|Device/.test(name) && value !== '')
        for (const trace of tracesOf(value)) traces.add(trace);
    }
    expect(traces.size).toBeGreaterThan(60);
    expect([...traces].filter((trace) => text.includes(trace))).toEqual([]);
    /**
     * Also checks for anything that looks like a secret: no run of characters is as long as half of
     * one.
     */
    expect(text.match(/[\w+/=-]{22,}/g)).toBeNull();
  });
});
