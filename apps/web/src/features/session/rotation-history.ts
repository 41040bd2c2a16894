import type { SessionAnswer } from '@latchkey/react';
import type { TokenLife } from './countdown.ts';

/**
 * The cause of a refresh: what the server decided, or `elsewhere` if another request or tab
 * refreshed.
 */
export type RefreshCause = NonNullable<SessionAnswer['refreshed']> | 'elsewhere';

/** One refresh, as this tab saw it. */
export interface Rotation {
  readonly id: number;
  /** On the page clock, in milliseconds. */
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
  /** True after a manual refresh: the next answer tells its result. */
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
 * Adds an answer of `auth.session` that arrived at `at`. An answer older than the last one changes
 * nothing.
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

/** For an answer without a refresh of its own: the session may have been refreshed before it. */
function causeOf(
  { generation, isRefreshRequested }: SessionHistory,
  answered: number,
): RefreshCause | null {
  if (answered > generation) return isRefreshRequested ? 'rotate' : 'elsewhere';
  return isRefreshRequested ? 'reissue' : null;
}
