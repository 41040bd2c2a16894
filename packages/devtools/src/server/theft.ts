import { type Client, type RefreshOutcome, type SessionLayer, settleSeconds } from '@latchkey/core';
import type { StreamRegistry } from '@latchkey/trpc/streams';
import type { AgeableStore } from './ageable-store.ts';
import type { HeldToken } from './held-token.ts';
import type { SessionFacts } from './session-facts.ts';

/** How many seconds the legitimate browser has to return before the thief does. */
const PATIENCE_SECONDS = 2;

export interface TheftDependencies {
  readonly layer: SessionLayer;
  readonly facts: SessionFacts;
  /** The layer's store, if its waiting times can be skipped. */
  readonly store: Pick<AgeableStore, 'age' | 'agedBy'> | null;
}

/** The simulated thefts of this node, at most one of each session. */
export interface Thefts {
  isRunning(sessionId: string): boolean;
  /** Plays a thief; never rejects. */
  play(stolen: HeldToken, client: Client, streams: Pick<StreamRegistry, 'join'>): Promise<void>;
  /**
   * Ends the thief's present waiting time.
   *
   * @returns false if the thief of this session does not wait, or time cannot be skipped
   */
  skipWait(sessionId: string): boolean;
}

type Why = 'settle' | 'grace';

/** What a thief waits for. `until` is in milliseconds, with the skipped time added. */
interface Wait {
  readonly why: Why;
  readonly until: number;
}

/**
 * Plays thieves with a copy of a browser's refresh token against the real session layer
 * (docs/protocol.md, The decision): a thief rotates with the copy as soon as a rotation is due,
 * uses the successor, and waits until the grace is over. From then on the copied token counts as
 * reuse. The browser's next refresh detects it; if the browser converged within the grace, the
 * thief's own return does.
 */
export function createThefts({ layer, facts, store }: TheftDependencies): Thefts {
  const { clock } = layer;
  const { graceSeconds } = layer.options;
  const running = new Map<string, Wait | null>();
  const timeOf = (sessionId: string) => clock.now() + (store?.agedBy(sessionId) ?? 0);

  async function run(
    { sessionId, userId, refreshToken, username }: HeldToken,
    client: Client,
    streams: Pick<StreamRegistry, 'join'>,
  ): Promise<void> {
    const present = (): Promise<RefreshOutcome> =>
      layer.refresh({ refreshTokens: [refreshToken], usernames: [username] }, client);

    async function secondsToSettle(): Promise<number> {
      const session = await layer.sessionOf(userId, sessionId);
      if (!session || session.generation === 0) return 0;
      return (session.deliveredAt - clock.now()) / 1000 + settleSeconds(graceSeconds);
    }

    async function wait(why: Why, seconds: number): Promise<void> {
      if (seconds <= 0) return;
      running.set(sessionId, { why, until: timeOf(sessionId) + seconds * 1000 });
      facts.note(sessionId, { kind: 'waiting', why, seconds });
      await pause(seconds);
      running.set(sessionId, null);
    }

    /** Waits, measured by the session layer's clock and what was skipped. */
    function pause(seconds: number): Promise<void> {
      const until = timeOf(sessionId) + seconds * 1000;
      return new Promise((resolve, reject) => {
        const leave = streams.join({
          onTick() {
            if (timeOf(sessionId) < until) return;
            leave();
            resolve();
          },
          onStop: () => reject(new Error('The server stops.')),
        });
      });
    }

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
  }

  return {
    isRunning: (sessionId) => running.has(sessionId),
    async play(stolen, client, streams) {
      const { sessionId } = stolen;
      running.set(sessionId, null);
      /** Rejects if the store is down or the server stops. */
      await run(stolen, client, streams).catch(() => {});
      running.delete(sessionId);
    },
    skipWait(sessionId) {
      const wait = running.get(sessionId);
      const left = wait ? wait.until - timeOf(sessionId) : 0;
      if (!store || !wait || left <= 0) return false;
      store.age(sessionId, Math.ceil(left), clock.now());
      facts.note(sessionId, { kind: 'skipped', why: wait.why, seconds: left / 1000 });
      return true;
    },
  };
}
