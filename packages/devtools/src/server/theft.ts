import { type Client, type RefreshOutcome, type SessionLayer, settleSeconds } from '@latchkey/core';
import type { StreamRegistry } from '@latchkey/trpc/streams';
import type { HeldToken } from './held-token.ts';
import type { SessionFacts } from './session-facts.ts';

/** How many seconds the legitimate browser has to return before the thief does. */
const PATIENCE_SECONDS = 2;

export interface TheftDependencies {
  readonly layer: SessionLayer;
  readonly streams: Pick<StreamRegistry, 'join'>;
  readonly facts: SessionFacts;
}

/**
 * Plays a thief with a copy of a browser's refresh token against the real session layer
 * (docs/protocol.md, The decision): rotates with the copy as soon as a rotation is due, uses the
 * successor, and waits until the grace is over. From then on the copied token counts as reuse. The
 * browser's next refresh detects it; if the browser converged within the grace, the thief's own
 * return does.
 *
 * @returns resolves when the theft is over; rejects if the store is down or the server stops
 */
export async function playThief(
  { layer, streams, facts }: TheftDependencies,
  stolen: HeldToken,
  client: Client,
): Promise<void> {
  const { sessionId, userId, refreshToken, username, generation } = stolen;
  const { clock } = layer;
  const { graceSeconds } = layer.options;
  const present = (): Promise<RefreshOutcome> =>
    layer.refresh({ refreshTokens: [refreshToken], usernames: [username] }, client);

  facts.note(sessionId, { kind: 'copied', generation });
  let outcome: RefreshOutcome;
  do {
    await wait('settle', await secondsToSettle());
    outcome = await present();
    if (outcome.kind === 'refused') return;
  } while (outcome.decision === 'reissue');

  /** Acknowledges the successor, as if a browser had presented it. */
  layer.authenticate([outcome.grant.accessToken], clock.now());
  await layer.flush();
  await wait('grace', graceSeconds);
  facts.note(sessionId, { kind: 'due' });
  await pause(PATIENCE_SECONDS);
  await present();

  async function secondsToSettle(): Promise<number> {
    const session = await layer.sessionOf(userId, sessionId);
    if (!session || session.generation === 0) return 0;
    return (session.deliveredAt - clock.now()) / 1000 + settleSeconds(graceSeconds);
  }

  async function wait(why: 'settle' | 'grace', seconds: number): Promise<void> {
    if (seconds <= 0) return;
    facts.note(sessionId, { kind: 'waiting', why, seconds });
    await pause(seconds);
  }

  /** Waits, measured by the session layer's clock. */
  function pause(seconds: number): Promise<void> {
    const until = clock.now() + seconds * 1000;
    return new Promise((resolve, reject) => {
      const leave = streams.join({
        onTick() {
          if (clock.now() < until) return;
          leave();
          resolve();
        },
        onStop: () => reject(new Error('The server stops.')),
      });
    });
  }
}
