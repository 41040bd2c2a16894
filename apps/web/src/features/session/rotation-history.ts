import type { SessionAnswer } from '@latchkey/react';
import type { TokenLife } from './countdown.ts';

/**
 * Why the session was refreshed: the server's decision, or `elsewhere` if another request or tab
 * refreshed.
 */
export type RefreshCause = NonNullable<SessionAnswer['refreshed']> | 'elsewhere';

/** One refresh, as observed in this tab. */
export interface Rotation {
  readonly id: number;
  /** When the tab observed the refresh, in milliseconds of the page's clock. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly cause: RefreshCause;
}

/** What this tab has observed of the session since it was opened. */
export interface SessionHistory {
  readonly sessionId: string | null;
  readonly generation: number;
  /** The life of the access token; null if the browser holds none. */
  readonly life: TokenLife | null;
  /** The observed refreshes, newest first. */
  readonly rotations: readonly Rotation[];
  /** Whether a manual refresh was requested: the next response tells its result. */
  readonly isRefreshRequested: boolean;
}

export const NO_HISTORY: SessionHistory = {
  sessionId: null,
  generation: 0,
  life: null,
  rotations: [],
  isRefreshRequested: false,
};

const MAX_ROTATIONS = 50;

/**
 * Adds a response of `auth.session` that arrived at `at`. A response older than the last one
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
    life:
      accessTokenSecondsLeft === null
        ? null
        : {
            receivedAt: at,
            secondsLeft: accessTokenSecondsLeft,
            lifetimeSeconds: accessTokenSeconds,
          },
    rotations: rotation
      ? [rotation, ...before.rotations].slice(0, MAX_ROTATIONS)
      : before.rotations,
    isRefreshRequested: false,
  };
}

/** Adds a manual refresh that succeeded. */
export function afterManualRefresh(history: SessionHistory): SessionHistory {
  return { ...history, isRefreshRequested: true };
}

/**
 * Returns the cause for a response that was not refreshed itself: the session may have been
 * refreshed before it.
 */
function causeOf(
  { generation, isRefreshRequested }: SessionHistory,
  answered: number,
): RefreshCause | null {
  if (answered > generation) return isRefreshRequested ? 'rotate' : 'elsewhere';
  return isRefreshRequested ? 'reissue' : null;
}
