import type { SessionAnswer } from '@latchkey/react';
import type { TokenLife } from './countdown.ts';

/**
 * How a refresh came about: what the server decided, or `elsewhere` when another request or tab had
 * it done.
 */
export type RefreshCause = NonNullable<SessionAnswer['refreshed']> | 'elsewhere';

/** One refresh, as this tab saw it. */
export interface Rotation {
  readonly id: number;
  /** On the page clock. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly cause: RefreshCause;
}

/** What this tab has seen of the session since it opened. */
export interface SessionHistory {
  readonly sessionId: string | null;
  readonly generation: number;
  readonly life: TokenLife | null;
  /** Newest first. */
  readonly rotations: readonly Rotation[];
  /** A refresh was asked for by hand, and the next answer tells what it came to. */
  readonly asked: boolean;
}

export const NO_HISTORY: SessionHistory = {
  sessionId: null,
  generation: 0,
  life: null,
  rotations: [],
  asked: false,
};

const KEPT = 50;

/**
 * Takes in an answer of `auth.session` that arrived at `at`. An answer overtaken by a newer one
 * changes nothing.
 */
export function afterAnswer(
  history: SessionHistory,
  answer: SessionAnswer,
  at: number,
): SessionHistory {
  const { principal, refreshed, accessTokenSecondsLeft, accessTokenSeconds } = answer;
  if (!principal) return NO_HISTORY;

  const { sessionId, generation } = principal;
  const known = sessionId === history.sessionId;
  if (known && generation < history.generation) return history;

  const before = known
    ? history
    : {
        ...NO_HISTORY,
        sessionId,
        generation: refreshed && refreshed !== 'reissue' ? Math.max(0, generation - 1) : generation,
      };
  const cause = refreshed ?? causeOf(before, generation);
  const rotation = cause && {
    id: (before.rotations[0]?.id ?? 0) + 1,
    at,
    from: before.generation,
    to: generation,
    cause,
  };
  return {
    sessionId,
    generation,
    life: {
      receivedAt: at,
      secondsLeft: accessTokenSecondsLeft ?? 0,
      lifetimeSeconds: accessTokenSeconds,
    },
    rotations: rotation ? [rotation, ...before.rotations].slice(0, KEPT) : before.rotations,
    asked: false,
  };
}

/** Takes in that a refresh asked for by hand has been done. */
export function afterAsking(history: SessionHistory): SessionHistory {
  return { ...history, asked: true };
}

/** For a request that did not itself refresh: the session may have moved before it. */
function causeOf({ generation, asked }: SessionHistory, answered: number): RefreshCause | null {
  if (answered > generation) return asked ? 'rotate' : 'elsewhere';
  return asked ? 'reissue' : null;
}
